#include "checks/apt_settings.h"

#include <algorithm>
#include <cctype>

namespace harden {

namespace {

// Words, quoted texts and the three signs; comments are gone.
class AptWords {
public:
    explicit AptWords(std::string_view text)
        : rest_{text}
    {
    }

    struct Word {
        std::string text;
        bool is_quoted = false;
    };
    bool next(Word& word)
    {
        skip();
        word = {};
        if (rest_.empty())
            return false;
        if (rest_.front() == '"')
            return quoted(word);
        if (is_sign(rest_.front())) {
            word.text = rest_.front();
            rest_.remove_prefix(1);
            return true;
        }
        while (!rest_.empty() && !is_sign(rest_.front()) && rest_.front() != '"' &&
               std::isspace(static_cast<unsigned char>(rest_.front())) == 0) {
            word.text += rest_.front();
            rest_.remove_prefix(1);
        }
        return true;
    }

private:
    static bool is_sign(char c) { return c == '{' || c == '}' || c == ';'; }

    bool quoted(Word& word)
    {
        const auto end = rest_.find('"', 1);
        word = {std::string{rest_.substr(1, end == std::string_view::npos ? end : end - 1)}, true};
        rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
        return true;
    }

    void drop_through(std::string_view mark)
    {
        const auto end = rest_.find(mark);
        rest_ =
            end == std::string_view::npos ? std::string_view{} : rest_.substr(end + mark.size());
    }

    void skip()
    {
        while (!rest_.empty()) {
            if (std::isspace(static_cast<unsigned char>(rest_.front())) != 0)
                rest_.remove_prefix(1);
            else if (rest_.starts_with("//") || rest_.starts_with('#'))
                drop_through("\n");
            else if (rest_.starts_with("/*"))
                drop_through("*/");
            else
                return;
        }
    }

    std::string_view rest_;
};

}

static std::string small(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

// "APT::Periodic::" names the next item of that list.
static void assign(std::string name, std::string value, AptSettings& settings)
{
    const bool is_item = name.ends_with("::");
    if (is_item)
        name.resize(name.size() - 2);
    auto& values = settings[small(std::move(name))];
    if (!is_item)
        values.clear();
    values.push_back(std::move(value));
}

void read_apt_settings(std::string_view text, AptSettings& settings)
{
    AptWords words{text};
    std::vector<std::string> scopes; // each ends with "::"
    std::string name;
    std::string value;
    bool has_value = false;
    AptWords::Word word;
    const auto scope = [&] { return scopes.empty() ? std::string{} : scopes.back(); };
    while (words.next(word)) {
        if (word.is_quoted) {
            value = word.text;
            has_value = true;
        } else if (word.text == "{") {
            scopes.push_back(cat(scope(), name, name.ends_with("::") ? "" : "::"));
            name.clear();
        } else if (word.text == "}" || word.text == ";") {
            if (has_value)
                assign(cat(scope(), name), value, settings);
            if (word.text == "}" && !scopes.empty())
                scopes.pop_back();
            name.clear();
            has_value = false;
        } else if (name.empty()) {
            name = word.text;
        } else {
            value = word.text;
            has_value = true;
        }
    }
}

// apt reads names of letters, digits, "-", "_" and at most an ending ".conf".
static bool is_read(std::string_view name)
{
    return name.find('.') == std::string_view::npos || name.ends_with(".conf");
}

Result<AptSettings> apt_settings(const Host& host)
{
    AptSettings settings;
    const Path parts{"/etc/apt/apt.conf.d"};
    const auto names = host.list(parts);
    if (!names.is_absent())
        for (const auto& name : TRY(names))
            if (is_read(name))
                read_apt_settings(TRY(host.read(parts / name)), settings);
    const auto last = host.read("/etc/apt/apt.conf");
    if (!last.is_absent())
        read_apt_settings(TRY(last), settings);
    return settings;
}

std::string last_of(const AptSettings& settings, std::string_view name)
{
    const auto found = settings.find(name);
    return found == settings.end() || found->second.empty() ? "" : found->second.back();
}

}
