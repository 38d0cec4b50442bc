#include "support/fake_host.h"

#include <set>

namespace harden::test {

FakeHost::FakeHost()
{
    survive();
}

void FakeHost::survive()
{
    const auto old = cat("/proc/", std::to_string(process_));
    std::erase_if(files_, [&](const auto& entry) {
        return entry.first == old || entry.first.native().starts_with(old + "/");
    });
    ++process_;
    lives_ = -1;
    const auto number = std::to_string(process_);
    with_link("/proc/self", number);
    files_[Path{"/proc"} / number].status.type = FileType::Directory;
}

void FakeHost::reboot()
{
    ++boot_;
    survive();
}

FakeHost& FakeHost::with_file(const Path& file, std::string contents, unsigned mode)
{
    const FileStatus status{.type = FileType::Regular, .mode = mode, .size = contents.size()};
    files_[file] = {std::move(contents), status};
    return *this;
}

FakeHost& FakeHost::with_link(const Path& file, const Path& target)
{
    files_[file] = {{}, {.type = FileType::Link, .mode = 0777, .target = target}};
    return *this;
}

FakeHost& FakeHost::set_inode(const Path& file, std::uint64_t inode)
{
    auto& status = files_.at(file).status;
    status.type = FileType::Other;
    status.inode = inode;
    return *this;
}

FakeHost& FakeHost::answering(const Command& command, Output output)
{
    answers_[command] = std::move(output);
    return *this;
}

FakeHost& FakeHost::doing(const Command& command, Effect effect)
{
    effects_[command] = std::move(effect);
    return *this;
}

FakeHost& FakeHost::having(const std::string& program, Program answer)
{
    programs_[program] = std::move(answer);
    return *this;
}

static Error absent(std::string_view what)
{
    return {ErrorKind::NotFound, cat(what, ": not on this fake host"), {}};
}

FakeHost& FakeHost::denying(const Path& file)
{
    denied_.insert(file);
    return *this;
}

Result<> FakeHost::may_look(const Path& file) const
{
    if (denied_.contains(file))
        return Error{ErrorKind::Denied, cat(file.native(), ": Permission denied"), {}};
    return done;
}

Result<std::string> FakeHost::read(const Path& file) const
{
    TRY(may_look(file));
    const auto found = files_.find(file);
    if (found == files_.end() && list(file))
        return Error{ErrorKind::Failed, cat(file.native(), ": Is a directory"), {}};
    if (found == files_.end())
        return absent(file.native());
    const auto& status = found->second.status;
    if (status.type == FileType::Link)
        return read(file.parent_path() / status.target);
    return found->second.contents;
}

Result<std::vector<std::string>> FakeHost::list(const Path& directory) const
{
    TRY(may_look(directory));
    std::set<std::string> names;
    const auto prefix = directory.native() + "/";
    for (const auto& [file, content] : files_)
        if (file.native().starts_with(prefix))
            names.insert(file.native().substr(
                prefix.size(), file.native().find('/', prefix.size()) - prefix.size()));
    if (names.empty() && !files_.contains(directory))
        return absent(directory.native());
    return std::vector<std::string>{names.begin(), names.end()};
}

Result<FileStatus> FakeHost::status(const Path& file) const
{
    TRY(may_look(file));
    const auto found = files_.find(file);
    if (found != files_.end())
        return found->second.status;
    if (list(file))
        return FileStatus{.type = FileType::Directory,
                          .mode = 0755,
                          .inode = std::hash<std::string>{}(file.native()) | 1U};
    return absent(file.native());
}

Result<Output> FakeHost::query(const Command& command, const CommandOptions& options) const
{
    const auto found = answers_.find(command);
    if (found != answers_.end())
        return found->second;
    const auto program = programs_.find(command.front());
    if (program == programs_.end())
        return absent(join(command, " "));
    return program->second(*this, command, options.input);
}

Result<HostLock> FakeHost::lock(const Path&, std::string_view, std::chrono::milliseconds)
{
    if (!lock_holder.empty())
        return Error{ErrorKind::TimedOut, cat("another harden is at work: ", lock_holder), {}};
    return HostLock{};
}

Result<Clock> FakeHost::now() const
{
    return Clock{std::chrono::system_clock::time_point{clock}, clock,
                 cat("boot-", std::to_string(boot_))};
}

Result<> FakeHost::change(std::string what)
{
    if (lives_ == 0)
        return Error{ErrorKind::Failed, "killed", {}};
    if (lives_ > 0)
        --lives_;
    made.push_back(std::move(what));
    return done;
}

Result<> FakeHost::write(const Path& file, std::string_view contents, const FileMode& mode)
{
    TRY(change(cat("write ", file.native())));
    const auto before = status(file);
    FileStatus after =
        before && before->type == FileType::Regular ? *before : FileStatus{.mode = 0644};
    after.type = FileType::Regular;
    after.mode = mode.mode.value_or(after.mode);
    after.owner = mode.owner.value_or(after.owner);
    after.group = mode.group.value_or(after.group);
    after.size = contents.size();
    after.modified = std::chrono::system_clock::time_point{clock};
    files_[file] = {std::string{contents}, after};
    return done;
}

Result<> FakeHost::link(const Path& file, const Path& target)
{
    TRY(change(cat("link ", file.native())));
    with_link(file, target);
    return done;
}

Result<> FakeHost::remove(const Path& file)
{
    TRY(change(cat("remove ", file.native())));
    const auto below = file.native() + "/";
    std::erase_if(files_, [&](const auto& entry) {
        return entry.first == file || entry.first.native().starts_with(below);
    });
    return done;
}

Result<Output> FakeHost::run(const Command& command, const Command&, const CommandOptions& options)
{
    TRY(change(cat("run ", join(command, " "))));
    ran.push_back(command);
    const auto effect = effects_.find(command);
    return effect != effects_.end() ? effect->second(*this) : query(command, options);
}

FakeHost::Files FakeHost::files() const
{
    auto visible = files_;
    std::erase_if(visible, [](const auto& entry) {
        const auto& name = entry.first.native();
        return name.starts_with("/var/lib/harden/") || name.starts_with("/proc/");
    });
    return visible;
}

}
