#pragma once

#include "dockerfile/compose.h"
#include "dockerfile/yaml.h"

#include <map>
#include <set>

namespace harden {

inline constexpr std::size_t most_compose_values =
    200'000; // aliases counted as often as they stand
inline constexpr std::size_t most_list_entries = 2'000;
inline constexpr std::size_t longest_extends = 16;
inline constexpr std::size_t most_services = 1'000;

using YamlEntries = std::vector<YamlNode::Entry>;

// What reading one compose file needs: its documents, its variables, and how much is still allowed.
class ComposeReader {
public:
    ComposeReader(std::string_view source, const Variables& variables);

    ComposeFile read();

    // The entries of a mapping with those of its merge keys; its own come first and count.
    YamlEntries entries(const YamlNode& node);
    const YamlNode* find(const YamlNode& node, std::string_view key);
    // The values of a list; a scalar is a list of one.
    std::vector<const YamlNode*> list(const YamlNode& node);
    // A scalar with its variables put in; nothing for null, lists and mappings.
    std::optional<PlacedText> text(const YamlNode& node) const;
    // The text of a key of a mapping; empty where there is none.
    std::string text_at(const YamlNode& mapping, std::string_view key);
    // "volumes", "secrets"…: what the file says of that name beside its services.
    const YamlNode* declared(std::string_view kind, std::string_view name);
    void complain(std::size_t offset, std::string message, std::string remedy);

private:
    using Services = std::map<std::string, std::vector<YamlNode::Entry>, std::less<>>;
    void read_root(const YamlNode& root);
    void merge_into(YamlEntries& own, const YamlNode& value, std::size_t depth);
    YamlEntries merged(const YamlNode& node, std::size_t depth);
    bool spend(std::size_t values, std::size_t offset);
    std::string interpolated(const std::string& text) const;
    void apply(const std::string& name, ContainerRequest& request, std::set<std::string>& above,
               const std::set<std::string, std::less<>>& overridden);
    void apply_base(const YamlNode& extends, ContainerRequest& request,
                    std::set<std::string>& above,
                    const std::set<std::string, std::less<>>& overridden);

    YamlDocuments documents_;
    const Variables& variables_;
    std::size_t left_ = most_compose_values;
    Services services_;
    std::map<std::string, std::vector<const YamlNode*>, std::less<>> declarations_; // by kind
    ComposeFile file_;
};

// Reads one key of a service into the request; a key that nobody judges is passed over.
void read_service_key(ComposeReader& reader, ContainerRequest& request, std::string_view key,
                      const YamlNode& value);

}
