#include "dockerfile/glance.h"

#include "dockerfile/decode.h"
#include "dockerfile/glance_signs.h"
#include "dockerfile/glance_variables.h"
#include "dockerfile/scan_match.h"

#include <algorithm>

namespace harden {

namespace {

using Kind = ScanRules::Target::Kind;

constexpr std::size_t most_ports = 65'536;
constexpr std::size_t longest_word = 4096; // that is expanded for a glance
// Programs whose deeds no word of a rule tells: shells that are handed to the network, texts that
// are put together.
constexpr std::string_view signs[] = {"nc", "ncat", "netcat", "/dev/tcp/", "/dev/udp/", "printf"};

// What many Dockerfiles say.
constexpr std::string_view usual_words =
    "from alpine debian ubuntu python node golang latest slim run apt-get update "
    "upgrade install -y -qq --no-install-recommends apk add --no-cache yum dnf microdnf "
    "clean all autoremove purge remove rm -rf /var/lib/apt/lists /var/cache/apk /tmp "
    "/usr/local/bin /usr/share /usr/bin /etc /opt /root /home build-essential "
    "ca-certificates openssl libssl-dev openssh-client pkg-config git clone wget curl "
    "https http unzip tar make cmake configure postgresql package packages supervisor "
    "entrypoint docker-entrypoint.sh cmd copy workdir app env debian_frontend "
    "noninteractive arg version release label maintainer description expose volume user "
    "useradd adduser username password chmod chown mkdir echo set exit true false bash "
    "shell sh -c start stop server service serve container image create build builder "
    "setup config configuration default files directory path name system local "
    "localhost cache scripts environment download healthcheck interval timeout access "
    "log stdout error zone random standard module";

std::vector<std::string> searched_words(const ScanRules& rules)
{
    std::vector<std::string> words;
    for (const auto& target : rules.targets)
        if (target.kind != Kind::Excuse)
            words.push_back(target.word);
    for (const auto sign : signs)
        words.emplace_back(sign);
    for (const auto sign : decoder_signs)
        words.emplace_back(sign);
    return words;
}

bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// The word without blanks in which `at` stands, quotes within it passed over as a shell does; empty
// where it is too long to tell.
std::string_view word_around(std::string_view text, std::size_t at)
{
    const auto goes_on = [&](char c) { return is_joining(c) || is_passed_over(c); };
    auto begin = at;
    while (begin > 0 && goes_on(text[begin - 1]) && at - begin < longest_word)
        --begin;
    auto end = at;
    while (end < text.size() && goes_on(text[end]) && end - at < longest_word)
        ++end;
    return end - begin < longest_word ? text.substr(begin, end - begin) : std::string_view{};
}

// Whether something stands in the same word before [begin, end) or behind it.
bool is_joined(std::string_view text, std::size_t begin, std::size_t end)
{
    while (begin > 0 && is_passed_over(text[begin - 1]))
        --begin;
    while (end < text.size() && is_passed_over(text[end]))
        ++end;
    return (begin > 0 && is_joining(text[begin - 1])) ||
           (end < text.size() && is_joining(text[end]));
}

}

Glance::Glance(const ScanRules& rules)
    : search_{searched_words(rules), usual_words}
    , ports_(most_ports)
{
    for (const auto& target : rules.targets)
        if (target.kind != Kind::Excuse)
            words_.push_back({target.word.size(), target.kind != Kind::Anywhere, target.has_tail});
    for (const auto sign : signs)
        words_.push_back({sign.size(), sign.back() != '/', false});
    for (const auto sign : decoder_signs)
        words_.push_back({sign.size(), false, false});
    for (const auto& rule : rules.rules) {
        looks_always_ |= !rule.pattern.empty();
        for (const auto& port : rule.ports)
            ports_[static_cast<std::size_t>(to_number(port.substr(0, port.find('/'))).value_or(0)) %
                   most_ports] = true;
    }
}

bool Glance::is_worth_a_look(const Dockerfile& file) const
{
    const auto text = file.joined();
    return looks_always_ || file.frontend() || holds_word(text) || may_hide_words(text) ||
           exposes_port(file) || joins_words(file);
}

bool Glance::holds_word(std::string_view text) const
{
    return search_.any(text, [&](WordSearch::Hit hit) {
        const auto& word = words_[hit.word];
        if (!word.is_whole)
            return true;
        const auto begins = hit.end - word.length;
        const auto goes_on =
            !word.has_tail && hit.end < text.size() && is_alphanumeric(text[hit.end]);
        const auto is_inside = goes_on || (begins > 0 && is_alphanumeric(text[begins - 1]));
        // Where quotes or backslashes were passed over, the word begins further left.
        return !is_inside ||
               text.substr(begins, word.length).find_first_of("\"'\\") != std::string_view::npos;
    });
}

bool Glance::exposes_port(const Dockerfile& file) const
{
    return std::any_of(
        file.instructions().begin(), file.instructions().end(), [&](const Instruction& one) {
            if (one.keyword != Keyword::Expose)
                return false;
            const auto text = file.text(one.body);
            if (text.find('$') != std::string_view::npos ||
                text.find('-') != std::string_view::npos)
                return true;
            std::size_t number = 0;
            for (std::size_t i = 0; i <= text.size(); ++i) {
                const auto c = i < text.size() ? text[i] : ' ';
                if (is_passed_over(c))
                    continue;
                if (c >= '0' && c <= '9') {
                    number = std::min(number * 10 + static_cast<std::size_t>(c - '0'), most_ports);
                } else {
                    if (number > 0 && number < most_ports && ports_[number])
                        return true;
                    number = 0;
                }
            }
            return false;
        });
}

bool Glance::joins_words(const Dockerfile& file) const
{
    const auto text = file.joined();
    std::optional<GlanceVariables> variables;
    for (auto at = text.find('$'); at != std::string_view::npos;) {
        const auto used = variable_at(text, at);
        if (!used)
            return true; // a modifier
        if (!is_joined(text, at, used->end)) {
            at = text.find('$', used->end);
            continue;
        }
        if (!variables)
            variables.emplace(file);
        const auto word = word_around(text, at);
        const auto filled = word.empty() ? std::nullopt : variables->filled(word);
        if (!filled || holds_word(*filled) || may_hide_words(*filled))
            return true;
        at = text.find('$', static_cast<std::size_t>(word.data() - text.data()) + word.size());
    }
    return false;
}

}
