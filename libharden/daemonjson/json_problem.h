#pragma once

#include "daemonjson/json_document.h"

namespace harden {

// Walks a JSON text token by token, along with a parser that has already accepted the tokens.
class JsonCursor {
public:
    explicit JsonCursor(std::string_view text);

    TextSpan bracket(); // one of { } [ ]
    TextSpan word();    // a number, true, false or null
    TextSpan string();  // with its quotes
    std::string_view text() const { return text_; }
    TextSpan last() const { return last_; }

private:
    std::size_t start() const;
    TextSpan took(std::size_t begin, std::size_t end);

    std::string_view text_;
    TextSpan last_;
};

// What is wrong behind the last good token, in words that name the usual slips: a trailing comma,
// a comment, a missing comma. `stopped` is the byte at which the parser gave up.
JsonProblem diagnosed(std::string_view text, TextSpan last, std::size_t stopped);

}
