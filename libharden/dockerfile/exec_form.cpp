#include "dockerfile/exec_form.h"

#include "dockerfile/json_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace harden {

static std::size_t skip_json_space(std::string_view text, std::size_t at)
{
    while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r' &&
                                                    text[at] != '\v' && text[at] != '\f')))
        ++at;
    return at;
}

static char byte_at(std::string_view text, std::size_t at)
{
    return at < text.size() ? text[at] : '\0';
}

namespace {

// Walks an array of strings; stops at the first thing that has no place in one.
class ExecReader {
public:
    ExecReader(std::string_view text, std::uint32_t offset, std::vector<ExecWord>& words)
        : text_{text}
        , offset_{offset}
        , words_{words}
    {
    }

    bool read()
    {
        at_ = skip_json_space(text_, 1);
        if (byte_at(text_, at_) != ']' && !read_words())
            return false;
        return skip_json_space(text_, at_ + 1) == text_.size();
    }

private:
    bool read_words()
    {
        while (read_word()) {
            at_ = skip_json_space(text_, at_);
            if (byte_at(text_, at_) != ',')
                return byte_at(text_, at_) == ']';
            at_ = skip_json_space(text_, at_ + 1);
        }
        return false;
    }
    bool read_word()
    {
        const auto begin = at_;
        auto& word = words_.emplace_back();
        at_ = read_json_text(text_, begin, word.text);
        word.range = {offset_ + static_cast<std::uint32_t>(begin),
                      offset_ + static_cast<std::uint32_t>(at_)};
        return at_ != begin;
    }

    std::string_view text_;
    std::uint32_t offset_;
    std::vector<ExecWord>& words_;
    std::size_t at_ = 0;
};

}

ExecForm read_exec_form(std::string_view text, std::uint32_t offset, std::vector<ExecWord>& words)
{
    if (!text.starts_with('['))
        return ExecForm::No;
    const auto before = words.size();
    words.reserve(std::max<std::size_t>(words.capacity(), 8));
    if (ExecReader{text, offset, words}.read())
        return ExecForm::Words;
    words.resize(before);
    return nlohmann::json::accept(text) ? ExecForm::NotStrings : ExecForm::No;
}

}
