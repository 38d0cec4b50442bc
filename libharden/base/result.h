#pragma once

#include "base/text.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace harden {

// Callers branch on the kind; people read the message.
enum class ErrorKind { NotFound, Denied, TimedOut, Malformed, Unsupported, Failed };

// `message` says what, where and why; `hint` is the next step, empty where there is none.
struct Error {
    ErrorKind kind = ErrorKind::Failed;
    std::string message;
    std::string hint;
};

struct Done {};
inline constexpr Done done;

// Either the value asked for or why there is none.
template<class T = Done>
class [[nodiscard]] Result {
public:
    Result(T value)
        : state_{std::in_place_index<0>, std::move(value)}
    {
    }
    Result(Error error)
        : state_{std::in_place_index<1>, std::move(error)}
    {
    }

    explicit operator bool() const { return state_.index() == 0; }

    T& operator*() & { return std::get<0>(state_); }
    const T& operator*() const& { return std::get<0>(state_); }
    // By value: a loop over *f() may outlive the Result that f() returned.
    T operator*() && { return std::get<0>(std::move(state_)); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }

    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

    // Absence is an answer to callers that have another one ready.
    bool is_absent() const { return !*this && error().kind == ErrorKind::NotFound; }

    // Names what was being attempted, so that a message reads from the outside in.
    Result during(std::string_view action) &&
    {
        if (!*this)
            std::get<1>(state_).message = cat(action, ": ", error().message);
        return std::move(*this);
    }

    // Adds the next step for the reader, unless one closer to the cause is there already.
    Result hint(std::string_view next_step) &&
    {
        if (!*this && error().hint.empty())
            std::get<1>(state_).hint = next_step;
        return std::move(*this);
    }

private:
    std::variant<T, Error> state_;
};

}

// NOLINTBEGIN(bugprone-macro-parentheses): a declared name cannot be parenthesised.
#define HARDEN_JOIN_(a, b) a##b
#define HARDEN_TRY_(result, expression)                                                            \
    __extension__({                                                                                \
        auto result = (expression);                                                                \
        if (!result) [[unlikely]]                                                                  \
            return std::move(result).error();                                                      \
        *std::move(result);                                                                        \
    })
#define HARDEN_TRY_NAMED_(counter, expression)                                                     \
    HARDEN_TRY_(HARDEN_JOIN_(result_, counter), expression)
// NOLINTEND(bugprone-macro-parentheses)

// The value of a Result, or a return of its Error to our own caller.
#define TRY(expression) HARDEN_TRY_NAMED_(__COUNTER__, expression)
