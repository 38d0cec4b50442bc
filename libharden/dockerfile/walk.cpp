#include "dockerfile/walk.h"

#include "base/text.h"
#include "dockerfile/ignore_rules.h"

#include <algorithm>

namespace harden {

static bool is_yaml(std::string_view name)
{
    return name.ends_with(".yml") || name.ends_with(".yaml");
}

std::string_view kind_of(std::string_view name)
{
    if ((name.starts_with("compose") || name.starts_with("docker-compose")) && is_yaml(name))
        return "compose";
    if (name.ends_with(".dockerignore"))
        return {};
    const bool is_dockerfile = name == "Dockerfile" || name == "dockerfile" ||
                               name.starts_with("Dockerfile.") || name.ends_with(".Dockerfile") ||
                               name.ends_with(".dockerfile") || name.starts_with("Containerfile");
    return is_dockerfile ? "dockerfile" : std::string_view{};
}

namespace {

struct Folder {
    std::string inner; // below the path that was given; "" is itself
    GitIgnore ignore;
    std::size_t depth;
};

class Walk {
public:
    Walk(const Host& host, const std::string& top, Ignored ignored)
        : host_{host}
        , top_{top}
        , ignored_{ignored}
    {
    }

    Found go();

private:
    std::string place_of(std::string_view inner) const
    {
        if (inner.empty())
            return top_;
        return top_.ends_with('/') ? cat(top_, inner) : cat(top_, "/", inner);
    }
    void complain(std::string path, std::string message)
    {
        found_.problems.push_back({std::move(path), std::move(message)});
    }
    void enter(const Folder& folder);
    void look(const Folder& folder, const GitIgnore& ignore, const std::string& name);

    const Host& host_;
    std::string top_;
    Ignored ignored_;
    std::size_t left_ = most_walked;
    std::vector<Folder> waiting_;
    Found found_;
};

void Walk::look(const Folder& folder, const GitIgnore& ignore, const std::string& name)
{
    const auto inner = folder.inner.empty() ? name : cat(folder.inner, "/", name);
    const auto status = host_.status(place_of(inner));
    if (!status || status->type == FileType::Link || status->type == FileType::Other)
        return; // gone meanwhile, or nothing to read
    const bool is_folder = status->type == FileType::Directory;
    if (is_folder && name == ".git")
        return;
    const auto kind = is_folder ? std::string_view{} : kind_of(name);
    if ((!is_folder && kind.empty()) || ignore.is_ignored(inner, is_folder))
        return;
    if (!is_folder)
        found_.files.push_back({place_of(inner), std::string{kind}});
    else if (folder.depth < deepest_walk)
        waiting_.push_back({inner, ignore, folder.depth + 1});
    else
        complain(place_of(inner), "it is too deep, and was not looked into");
}

void Walk::enter(const Folder& folder)
{
    const auto names = host_.list(place_of(folder.inner));
    if (!names)
        return complain(place_of(folder.inner), names.error().message);
    if (names->size() > left_) {
        left_ = 0;
        return complain(place_of(folder.inner), "there are too many files, the rest is left out");
    }
    left_ -= names->size();
    auto ignore = folder.ignore;
    if (ignored_ == Ignored::Skip && std::ranges::binary_search(*names, ".gitignore")) {
        const auto file =
            place_of(folder.inner.empty() ? ".gitignore" : cat(folder.inner, "/.gitignore"));
        const auto status = host_.status(file);
        if (status && status->type == FileType::Regular && status->size <= longest_ignore_file)
            if (const auto text = host_.read(file))
                ignore = ignore.with(*text, folder.inner);
    }
    for (const auto& name : *names)
        look(folder, ignore, name);
}

Found Walk::go()
{
    waiting_.push_back({"", {}, 0});
    while (!waiting_.empty() && left_ > 0) {
        const auto folder = std::move(waiting_.back());
        waiting_.pop_back();
        enter(folder);
    }
    std::ranges::sort(found_.files, {}, &FoundFile::path);
    return std::move(found_);
}

}

Found find_scannable(const Host& host, const std::string& path, Ignored ignored)
{
    auto top = path;
    while (top.size() > 1 && top.ends_with('/'))
        top.pop_back();
    const auto status = host.status(top);
    if (!status)
        return {.problems = {{path, status.error().message}}};
    if (status->type == FileType::Directory)
        return Walk{host, top, ignored}.go();
    const auto kind = kind_of(Path{path}.filename().native());
    return {.files = {{path, std::string{kind.empty() ? "dockerfile" : kind}}}};
}

}
