#include "dockerfile/copied_files.h"

#include "base/text.h"

#include <algorithm>

namespace harden {

static constexpr std::size_t deepest_context = 64;

static std::string unquoted(std::string_view word)
{
    const bool is_quoted = word.size() > 1 && (word.front() == '"' || word.front() == '\'') &&
                           word.front() == word.back();
    return std::string{is_quoted ? word.substr(1, word.size() - 2) : word};
}

struct CopyWord {
    std::string text;
    std::uint32_t place; // in the joined text
};

static std::vector<CopyWord> words_of(const Dockerfile& file, const Instruction& instruction)
{
    std::vector<CopyWord> words;
    if (instruction.is_exec) {
        for (const auto& word : file.exec_words_of(instruction))
            words.push_back({word.text, word.range.begin});
        return words;
    }
    constexpr std::string_view blank = " \t\r\n\v\f";
    const auto body = file.text(instruction.body);
    for (auto at = body.find_first_not_of(blank); at != std::string_view::npos;) {
        const auto end = std::min(body.find_first_of(blank, at), body.size());
        words.push_back({unquoted(body.substr(at, end - at)),
                         instruction.body.begin + static_cast<std::uint32_t>(at)});
        at = body.find_first_not_of(blank, end);
    }
    return words;
}

static bool is_from_elsewhere(const Dockerfile& file, const Instruction& instruction)
{
    return std::ranges::any_of(file.flags_of(instruction), [&](const InstructionFlag& flag) {
        return file.text(flag.name) == "from";
    });
}

static bool is_in_context(std::string_view source)
{
    return source.find("://") == std::string_view::npos && !source.starts_with("<<") &&
           !source.starts_with("git@");
}

std::vector<CopySource> copy_sources(const Dockerfile& file)
{
    std::vector<CopySource> sources;
    for (const auto& instruction : file.instructions()) {
        if ((instruction.keyword != Keyword::Copy && instruction.keyword != Keyword::Add) ||
            is_from_elsewhere(file, instruction))
            continue;
        const auto words = words_of(file, instruction);
        for (std::size_t i = 0; i + 1 < words.size(); ++i) // the last one is where to
            if (is_in_context(words[i].text))
                sources.push_back(
                    {words[i].text, file.source_offset(words[i].place), instruction.stage});
    }
    return sources;
}

static std::optional<std::string> ignore_text(const Host& host, const Path& file)
{
    const auto status = host.status(file);
    if (!status || status->type != FileType::Regular || status->size > longest_ignore_file)
        return {};
    const auto text = host.read(file);
    return text ? std::optional{*text} : std::nullopt;
}

DockerIgnore docker_ignore_of(const Host& host, const Path& context, const Path& dockerfile)
{
    auto own = dockerfile;
    own += ".dockerignore";
    for (const auto& file : {own, context / ".dockerignore"})
        if (const auto text = ignore_text(host, file))
            return DockerIgnore{*text};
    return DockerIgnore{""};
}

// "./a/../b/" as "b"; the context itself is "".
static std::string within_context(std::string_view source)
{
    auto text = Path{cat("/", source)}.lexically_normal().native();
    while (text.ends_with('/'))
        text.pop_back();
    return text.empty() ? text : text.substr(1);
}

namespace {

struct Wanted {
    std::string prefix; // a file or a folder; "" is everything
    Glob glob;
    std::size_t number;
};

class ContextWalk {
public:
    ContextWalk(const Host& host, const Path& context, const DockerIgnore& ignore,
                std::span<const CopySource> sources)
        : host_{host}
        , context_{context}
        , ignore_{ignore}
    {
        for (std::size_t i = 0; i < sources.size(); ++i) {
            const auto place = within_context(sources[i].text);
            wanted_.push_back({place, Glob{place, Glob::Syntax::Docker}, i});
        }
    }

    CopiedFiles go()
    {
        if (!wanted_.empty())
            enter("", 0);
        std::ranges::sort(copied_.files, {}, &CopiedFile::path);
        return std::move(copied_);
    }

private:
    void enter(const std::string& folder, std::size_t depth);
    void take(const std::string& inner);
    bool is_taken(const Wanted& wanted, std::string_view inner) const;

    const Host& host_;
    Path context_;
    const DockerIgnore& ignore_;
    std::vector<Wanted> wanted_;
    std::size_t looked_at_ = 0;
    CopiedFiles copied_;
};

// Itself, or a folder that it is in.
bool ContextWalk::is_taken(const Wanted& wanted, std::string_view inner) const
{
    if (wanted.prefix.empty() || wanted.glob.matches(inner))
        return true;
    for (auto slash = inner.find('/'); slash != std::string_view::npos;
         slash = inner.find('/', slash + 1))
        if (wanted.glob.matches(inner.substr(0, slash)))
            return true;
    return false;
}

void ContextWalk::take(const std::string& inner)
{
    const auto found = std::ranges::find_if(
        wanted_, [&](const Wanted& wanted) { return is_taken(wanted, inner); });
    if (found == wanted_.end() || ignore_.is_ignored(inner))
        return;
    if (copied_.files.size() < most_copied_files)
        copied_.files.push_back({inner, found->number});
    else
        copied_.is_cut = true;
}

void ContextWalk::enter(const std::string& folder, std::size_t depth)
{
    constexpr std::size_t most_names = 200'000;
    const auto names = host_.list(folder.empty() ? context_ : context_ / folder);
    if (!names)
        return;
    for (const auto& name : *names) {
        const auto inner = folder.empty() ? name : cat(folder, "/", name);
        if (++looked_at_ > most_names || depth > deepest_context) {
            copied_.is_cut = true;
            return;
        }
        const auto status = host_.status(context_ / inner);
        if (!status)
            continue;
        if (status->type == FileType::Regular)
            take(inner);
        else if (status->type == FileType::Directory && name != ".git" &&
                 (ignore_.has_exceptions() || !ignore_.is_ignored(inner)))
            enter(inner, depth + 1);
    }
}

}

CopiedFiles copied_files(const Host& host, const Path& context, const DockerIgnore& ignore,
                         std::span<const CopySource> sources)
{
    return ContextWalk{host, context, ignore, sources}.go();
}

static bool is_named(const Dockerfile& file, std::string_view name)
{
    return std::ranges::any_of(file.instructions(), [&](const Instruction& instruction) {
        return file.text(instruction.body).find(name) != std::string_view::npos;
    });
}

std::vector<bool> named_scripts(const Dockerfile& file, std::span<const CopiedScript> scripts)
{
    std::vector<std::string> names;
    for (const auto& script : scripts)
        names.push_back(Path{script.path}.filename().native());
    std::vector<bool> are_named(scripts.size());
    std::vector<std::size_t> unread; // named ones that may name more
    const auto take = [&](std::size_t number) {
        are_named[number] = true;
        unread.push_back(number);
    };
    for (std::size_t i = 0; i < scripts.size(); ++i)
        if (is_named(file, names[i]))
            take(i);
    while (!unread.empty()) {
        const std::string_view text = scripts[unread.back()].text;
        unread.pop_back();
        for (std::size_t i = 0; i < scripts.size(); ++i)
            if (!are_named[i] && text.find(names[i]) != std::string_view::npos)
                take(i);
    }
    return are_named;
}

}
