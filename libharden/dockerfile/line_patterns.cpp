#include "dockerfile/line_patterns.h"

#include <re2/re2.h>

namespace harden {

static re2::RE2::Options options()
{
    constexpr std::int64_t most_memory = 8 << 20; // bytes; a larger expression is refused
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_max_mem(most_memory);
    return options;
}

struct LinePatterns::Pattern {
    Pattern(std::size_t of_rule, const std::string& text)
        : rule{of_rule}
        , expression{text, options()}
    {
    }
    std::size_t rule;
    re2::RE2 expression;
};

Result<> LinePatterns::add(const std::string& pattern, std::size_t rule)
{
    auto made = std::make_shared<const Pattern>(rule, pattern);
    if (!made->expression.ok())
        return Error{ErrorKind::Malformed, cat("no regular expression: ", made->expression.error()),
                     "RE2's syntax: github.com/google/re2/wiki/Syntax"};
    patterns_.push_back(std::move(made));
    return done;
}

std::vector<std::size_t> LinePatterns::found_in(std::string_view line) const
{
    std::vector<std::size_t> rules;
    for (const auto& pattern : patterns_)
        if (re2::RE2::PartialMatch(re2::StringPiece{line.data(), line.size()}, pattern->expression))
            rules.push_back(pattern->rule);
    return rules;
}

}
