#include "report/metric.h"

#include "base/text.h"

namespace harden {

static constexpr std::size_t longest_label = 500;

static std::string quoted(std::string_view value)
{
    std::string safe;
    for (const char letter : escaped(value, longest_label))
        safe += letter == '"' || letter == '\\' ? cat("\\", std::string_view{&letter, 1})
                                                : std::string{letter};
    return cat("\"", safe, "\"");
}

void Metric::add(std::initializer_list<std::string_view> labels, std::string_view value)
{
    std::string pairs;
    for (const auto* label = labels.begin(); label != labels.end(); label += 2)
        pairs += cat(pairs.empty() ? "" : ",", label[0], "=", quoted(label[1]));
    samples +=
        cat(name, pairs.empty() ? "" : "{", pairs, pairs.empty() ? "" : "}", " ", value, "\n");
}

std::string Metric::text() const
{
    if (samples.empty())
        return {};
    return cat("# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n", samples);
}

}
