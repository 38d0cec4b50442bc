#include "dockerfile/yaml.h"

#include "base/text.h"
#include "dockerfile/yaml_advice.h"

#include <algorithm>
#include <map>
#include <set>
#include <yaml.h>

namespace harden {

bool YamlNode::is_null() const
{
    return kind == Kind::Scalar && !is_quoted &&
           (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

namespace {

class Parser {
public:
    explicit Parser(std::string_view source)
    {
        yaml_parser_initialize(&parser_);
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the library's own type
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const yaml_char_t*>(source.data()),
                                     source.size());
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    ~Parser()
    {
        yaml_event_delete(&event_);
        yaml_parser_delete(&parser_);
    }

    bool next()
    {
        yaml_event_delete(&event_);
        return yaml_parser_parse(&parser_, &event_) != 0;
    }
    const yaml_event_t& event() const { return event_; }
    const yaml_parser_t& state() const { return parser_; }

private:
    yaml_parser_t parser_{};
    yaml_event_t event_{};
};

// The library counts characters: walks from the last place asked for to the next.
class ByteOffsets {
public:
    explicit ByteOffsets(std::string_view source)
        : source_{source}
    {
    }

    std::size_t of(std::size_t character)
    {
        for (; character_ < character && byte_ < source_.size(); ++character_)
            do
                ++byte_;
            while (byte_ < source_.size() && is_inner(source_[byte_]));
        for (; character_ > character && byte_ > 0; --character_)
            do
                --byte_;
            while (byte_ > 0 && is_inner(source_[byte_]));
        return byte_;
    }

private:
    static bool is_inner(char letter)
    {
        return (static_cast<unsigned char>(letter) & 0xc0U) == 0x80;
    }
    std::string_view source_;
    std::size_t character_ = 0;
    std::size_t byte_ = 0;
};

struct Frame {
    YamlNode* node;
    std::string anchor;
    const YamlNode* key; // of a mapping, whose value comes next
};

std::string text_of(const yaml_char_t* text)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the library's own type
    return text == nullptr ? std::string{} : reinterpret_cast<const char*>(text);
}

class YamlBuilder {
public:
    explicit YamlBuilder(std::string_view source)
        : source_{source}
        , offsets_{source}
        , parser_{source}
    {
    }

    YamlDocuments build();

private:
    bool take();
    bool add(YamlNode node, const yaml_char_t* anchor);
    bool open(YamlNode::Kind kind, const yaml_char_t* anchor, const yaml_char_t* tag);
    bool close();
    bool alias(const yaml_char_t* name);
    bool attach(const YamlNode& node);
    bool has_unique_keys(const YamlNode& mapping);
    bool complain(std::size_t offset, std::string message, std::string remedy)
    {
        all_.problems.push_back({offset, std::move(message), std::move(remedy)});
        return false;
    }
    void tell_error();
    std::size_t here() { return offsets_.of(parser_.event().start_mark.index); }

    std::string_view source_;
    ByteOffsets offsets_;
    Parser parser_;
    YamlDocuments all_;
    std::vector<Frame> open_;
    std::map<std::string, const YamlNode*, std::less<>> anchors_;
};

// Hangs a finished value where it belongs.
bool YamlBuilder::attach(const YamlNode& node)
{
    if (open_.empty()) {
        all_.roots.push_back(&node);
        return true;
    }
    auto& [parent, anchor, key] = open_.back();
    parent->depth = std::max(parent->depth, node.depth + 1);
    if (parent->depth + open_.size() > deepest_yaml + 1)
        return complain(node.offset,
                        cat("it is nested deeper than ", std::to_string(deepest_yaml), " levels"),
                        "write it flatter");
    if (parent->kind == YamlNode::Kind::Sequence) {
        parent->items.push_back(&node);
    } else if (key == nullptr) {
        key = &node;
    } else {
        parent->entries.emplace_back(key, &node);
        key = nullptr;
    }
    return true;
}

bool YamlBuilder::add(YamlNode node, const yaml_char_t* anchor)
{
    node.offset = here();
    if (all_.nodes.size() == most_yaml_nodes)
        return complain(node.offset,
                        cat("it has more than ", std::to_string(most_yaml_nodes), " values"), "");
    const auto& kept = all_.nodes.emplace_back(std::move(node));
    if (anchor != nullptr)
        anchors_[text_of(anchor)] = &kept;
    return attach(kept);
}

bool YamlBuilder::open(YamlNode::Kind kind, const yaml_char_t* anchor, const yaml_char_t* tag)
{
    if (open_.size() >= deepest_yaml || all_.nodes.size() == most_yaml_nodes)
        return complain(here(),
                        cat("it is nested deeper than ", std::to_string(deepest_yaml),
                            " levels, or has more than ", std::to_string(most_yaml_nodes),
                            " values"),
                        "write it flatter");
    auto& node = all_.nodes.emplace_back();
    node.kind = kind;
    node.tag = text_of(tag);
    node.offset = here();
    open_.push_back({&node, text_of(anchor), nullptr});
    return true;
}

bool YamlBuilder::has_unique_keys(const YamlNode& mapping)
{
    std::set<std::string_view> seen;
    for (const auto& [key, value] : mapping.entries)
        if (key->kind == YamlNode::Kind::Scalar && key->text != "<<" &&
            !seen.insert(key->text).second)
            return complain(key->offset, cat("the key ", escaped(key->text, 60), " is there twice"),
                            "keep one of them");
    return true;
}

bool YamlBuilder::close()
{
    const auto frame = std::move(open_.back());
    open_.pop_back();
    if (!has_unique_keys(*frame.node))
        return false;
    if (!frame.anchor.empty()) // only now: nothing contains itself
        anchors_[frame.anchor] = frame.node;
    return attach(*frame.node);
}

bool YamlBuilder::alias(const yaml_char_t* name)
{
    const auto found = anchors_.find(text_of(name));
    if (found == anchors_.end())
        return complain(here(),
                        cat("*", escaped(text_of(name), 60), " stands for nothing above it"),
                        cat("write &", escaped(text_of(name), 60), " before what it stands for"));
    return attach(*found->second);
}

bool YamlBuilder::take()
{
    const auto& event = parser_.event();
    const auto& scalar = event.data.scalar;
    switch (event.type) {
    case YAML_SCALAR_EVENT:
        return add({.is_quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE,
                    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above
                    .text = {reinterpret_cast<const char*>(scalar.value), scalar.length},
                    .tag = text_of(scalar.tag)},
                   scalar.anchor);
    case YAML_SEQUENCE_START_EVENT:
        return open(YamlNode::Kind::Sequence, event.data.sequence_start.anchor,
                    event.data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open(YamlNode::Kind::Mapping, event.data.mapping_start.anchor,
                    event.data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close();
    case YAML_ALIAS_EVENT:
        return alias(event.data.alias.anchor);
    case YAML_DOCUMENT_START_EVENT:
        anchors_.clear();
        return true;
    default:
        return event.type != YAML_STREAM_END_EVENT;
    }
}

void YamlBuilder::tell_error()
{
    const auto& state = parser_.state();
    if (state.error == YAML_READER_ERROR) {
        complain(std::min(state.problem_offset, source_.size()),
                 "it has bytes that are not UTF-8, or control characters", "save it as UTF-8");
        return;
    }
    const std::string_view problem = state.problem == nullptr ? "it is no YAML" : state.problem;
    const auto at = offsets_.of(state.problem_mark.index);
    const auto [message, remedy] = yaml_advice(problem, source_.substr(at, 1));
    complain(at, message, remedy);
}

YamlDocuments YamlBuilder::build()
{
    do {
        if (!parser_.next()) {
            tell_error();
            break;
        }
    } while (take());
    return std::move(all_);
}

}

YamlDocuments parse_yaml(std::string_view source)
{
    if (source.size() > longest_yaml) {
        YamlDocuments none;
        none.problems.push_back(
            {0, cat("it is longer than ", std::to_string(longest_yaml), " bytes"), ""});
        return none;
    }
    constexpr std::string_view mark = "\xef\xbb\xbf";
    const std::size_t skipped = source.starts_with(mark) ? mark.size() : 0;
    auto all = YamlBuilder{source.substr(skipped)}.build();
    for (auto& node : all.nodes)
        node.offset += skipped;
    for (auto& problem : all.problems)
        problem.offset += skipped;
    return all;
}

}
