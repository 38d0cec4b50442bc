#include "base/text.h"
#include "dockerfile/compose_reader.h"

#include <algorithm>
#include <array>

namespace harden {

using Kind = YamlNode::Kind;

ComposeFile parse_compose(std::string_view source, const Variables& variables)
{
    return ComposeReader{source, variables}.read();
}

ComposeReader::ComposeReader(std::string_view source, const Variables& variables)
    : documents_{parse_yaml(source)}
    , variables_{variables}
{
    file_.problems = documents_.problems;
}

void ComposeReader::complain(std::size_t offset, std::string message, std::string remedy)
{
    constexpr std::size_t most_problems = 100;
    if (file_.problems.size() < most_problems)
        file_.problems.push_back({offset, std::move(message), std::move(remedy)});
}

bool ComposeReader::spend(std::size_t values, std::size_t offset)
{
    if (left_ == 0)
        return false;
    if (values < left_) {
        left_ -= values;
        return true;
    }
    left_ = 0;
    complain(
        offset,
        cat("with its aliases it has more than ", std::to_string(most_compose_values), " values"),
        "write what its aliases stand for only where it is needed");
    return false;
}

// The first value of a key counts: own before merged, and of several merged ones the first.
void ComposeReader::merge_into(YamlEntries& own, const YamlNode& value, std::size_t depth)
{
    if (value.kind == Kind::Sequence) {
        for (const auto* each : value.items)
            if (each->kind == Kind::Mapping)
                merge_into(own, *each, depth);
        return;
    }
    std::set<std::string_view> there;
    for (const auto& [key, ignored] : own)
        there.insert(key->text);
    for (const auto& entry : merged(value, depth + 1))
        if (there.insert(entry.first->text).second)
            own.push_back(entry);
}

YamlEntries ComposeReader::merged(const YamlNode& node, std::size_t depth)
{
    YamlEntries all;
    if (node.kind != Kind::Mapping || depth > deepest_yaml ||
        !spend(node.entries.size() + 1, node.offset))
        return all;
    for (const auto& entry : node.entries)
        if (entry.first->kind == Kind::Scalar && entry.first->text != "<<")
            all.push_back(entry);
    for (const auto& [key, value] : node.entries)
        if (key->kind == Kind::Scalar && key->text == "<<" && spend(all.size(), key->offset))
            merge_into(all, *value, depth);
    return all;
}

YamlEntries ComposeReader::entries(const YamlNode& node)
{
    return merged(node, 0);
}

const YamlNode* ComposeReader::find(const YamlNode& node, std::string_view key)
{
    for (const auto& [name, value] : entries(node))
        if (name->text == key)
            return value;
    return nullptr;
}

std::vector<const YamlNode*> ComposeReader::list(const YamlNode& node)
{
    if (node.kind != Kind::Sequence)
        return node.is_null() || node.kind == Kind::Mapping ? std::vector<const YamlNode*>{}
                                                            : std::vector{&node};
    if (node.items.size() > most_list_entries) {
        complain(node.offset,
                 cat("a list has more than ", std::to_string(most_list_entries), " values"), "");
        return {};
    }
    return spend(node.items.size() + 1, node.offset) ? node.items : std::vector<const YamlNode*>{};
}

// "$$" is a dollar sign; a value that would be empty for want of a variable stays as it is, and so
// does one that is too long to expand to its end.
std::string ComposeReader::interpolated(const std::string& text) const
{
    if (text.find('$') == std::string::npos)
        return text;
    constexpr char dollar = '\x01'; // no character of YAML
    std::string marked;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_pair = text[i] == '$' && i + 1 < text.size() && text[i + 1] == '$';
        marked += is_pair ? dollar : text[i];
        i += is_pair ? 1U : 0U;
    }
    auto expanded = expand(marked, variables_, '\0');
    if (expanded.empty() || expanded.size() >= longest_expansion)
        return text;
    std::ranges::replace(expanded, dollar, '$');
    return expanded;
}

std::optional<PlacedText> ComposeReader::text(const YamlNode& node) const
{
    if (node.kind != Kind::Scalar || node.is_null())
        return {};
    return PlacedText{interpolated(node.text), node.offset};
}

std::string ComposeReader::text_at(const YamlNode& mapping, std::string_view key)
{
    const auto* value = find(mapping, key);
    auto found = value == nullptr ? std::nullopt : text(*value);
    return found ? std::move(found->text) : std::string{};
}

const YamlNode* ComposeReader::declared(std::string_view kind, std::string_view name)
{
    const auto found = declarations_.find(kind);
    if (found == declarations_.end())
        return nullptr;
    const YamlNode* last = nullptr;
    for (const auto* group : found->second)
        if (const auto* value = find(*group, name); value != nullptr)
            last = value;
    return last;
}

void ComposeReader::read_root(const YamlNode& root)
{
    static constexpr std::array<std::string_view, 4> kinds{"volumes", "networks", "secrets",
                                                           "configs"};
    for (const auto& [key, value] : entries(root)) {
        if (std::ranges::find(kinds, key->text) != kinds.end())
            declarations_[key->text].push_back(value);
        else if (key->text == "include")
            complain(key->offset, "it includes other files, which are not read",
                     "scan what `docker compose config` prints");
        else if (key->text == "services")
            for (const auto& service : entries(*value))
                services_[service.first->text].push_back(service);
    }
}

static std::set<std::string, std::less<>> overridden_in(const YamlEntries& entries)
{
    std::set<std::string, std::less<>> keys;
    for (const auto& [key, value] : entries)
        if (value->tag == "!reset" || value->tag == "!override")
            keys.insert(key->text);
    return keys;
}

void ComposeReader::apply_base(const YamlNode& extends, ContainerRequest& request,
                               std::set<std::string>& above,
                               const std::set<std::string, std::less<>>& overridden)
{
    const YamlNode* service = extends.kind == Kind::Mapping ? find(extends, "service") : &extends;
    const bool is_elsewhere = extends.kind == Kind::Mapping && find(extends, "file") != nullptr;
    if (is_elsewhere)
        return complain(extends.offset, "it extends a service of another file, which is not read",
                        "scan what `docker compose config` prints");
    const auto name = service == nullptr ? std::optional<PlacedText>{} : text(*service);
    if (!name || !services_.contains(name->text))
        return complain(extends.offset, "it extends a service that is not there",
                        "name a service of this file");
    if (above.contains(name->text) || above.size() > longest_extends)
        return complain(extends.offset,
                        cat("it extends ", escaped(name->text, 60),
                            ", which extends it, or has "
                            "more than ",
                            std::to_string(longest_extends), " services to extend"),
                        "leave one of them out");
    apply(name->text, request, above, overridden);
}

// The base first, then what each document says; the last one counts, lists grow.
void ComposeReader::apply(const std::string& name, ContainerRequest& request,
                          std::set<std::string>& above,
                          const std::set<std::string, std::less<>>& overridden)
{
    above.insert(name);
    const auto& parts = services_.find(name)->second;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto hidden = overridden;
        for (std::size_t later = i + 1; later < parts.size(); ++later)
            hidden.merge(overridden_in(entries(*parts[later].second)));
        const auto own = entries(*parts[i].second);
        auto below = hidden;
        below.merge(overridden_in(own));
        for (const auto& [key, value] : own)
            if (key->text == "extends")
                apply_base(*value, request, above, below);
        for (const auto& [key, value] : own)
            if (!hidden.contains(key->text) && value->tag != "!reset")
                read_service_key(*this, request, key->text, *value);
    }
    above.erase(name);
}

ComposeFile ComposeReader::read()
{
    for (const auto* root : documents_.roots)
        read_root(*root);
    for (const auto& [name, parts] : services_) {
        if (file_.services.size() == most_services) {
            complain(parts.front().first->offset,
                     cat("it has more than ", std::to_string(most_services), " services"), "");
            break;
        }
        ContainerRequest request{.form = RequestForm::Service,
                                 .name = {name, parts.front().first->offset}};
        std::set<std::string> above;
        apply(name, request, above, {});
        file_.services.push_back(std::move(request));
    }
    if (services_.empty() && file_.problems.empty())
        complain(0, "it has no services", "write them below services:");
    return std::move(file_);
}

}
