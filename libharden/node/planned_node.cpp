#include "node/planned_node.h"

namespace harden {

namespace {

std::string describe(const Result<std::string>& bytes)
{
    return bytes ? contents_for_change(*bytes) : std::string{};
}

// What a planned write leaves at a path.
struct Planned {
    std::optional<std::string> bytes; // none: removed
    Path target;                      // of a link
    FileStatus status;
};

class PlannedHost final : public Host {
public:
    PlannedHost(const Host& real, Changes& changes)
        : real_{real}
        , changes_{changes}
    {
    }

    Result<std::string> read(const Path& file) const override
    {
        const auto planned = files_.find(file);
        if (planned == files_.end())
            return real_.read(file);
        if (!planned->second.target.empty())
            return read(planned->second.target);
        if (!planned->second.bytes)
            return absent(file);
        return *planned->second.bytes;
    }
    Result<std::vector<std::string>> list(const Path& directory) const override
    {
        return real_.list(directory);
    }
    Result<FileStatus> status(const Path& file) const override
    {
        const auto planned = files_.find(file);
        if (planned == files_.end())
            return real_.status(file);
        if (!planned->second.bytes && planned->second.target.empty())
            return absent(file);
        return planned->second.status;
    }
    Result<Output> query(const Command& command, const CommandOptions& options) const override
    {
        return real_.query(command, options);
    }
    Result<Clock> now() const override { return real_.now(); }

    Result<> write(const Path& file, std::string_view contents, const FileMode& mode) override
    {
        auto before = status(file);
        FileStatus after = before ? *before : FileStatus{.mode = 0644};
        after.type = FileType::Regular;
        after.mode = mode.mode.value_or(after.mode);
        after.owner = mode.owner.value_or(after.owner);
        after.group = mode.group.value_or(after.group);
        after.size = contents.size();
        changes_.push_back({file.native(), describe(read(file)), contents_for_change(contents)});
        files_[file] = {std::string{contents}, {}, after};
        return done;
    }
    Result<> link(const Path& file, const Path& target) override
    {
        const auto before = status(file);
        changes_.push_back({file.native(), before ? before->target.native() : "", target.native()});
        files_[file] = {{}, target, {.type = FileType::Link, .target = target}};
        return done;
    }
    Result<> remove(const Path& file) override
    {
        if (status(file).is_absent())
            return done;
        changes_.push_back({file.native(), describe(read(file)), ""});
        files_[file] = {};
        return done;
    }
    Result<Output> run(const Command& command, const Command&, const CommandOptions&) override
    {
        changes_.push_back({cat("run ", join(command, " ")), "", ""});
        return Output{};
    }

private:
    static Error absent(const Path& file)
    {
        return {ErrorKind::NotFound, cat(file.native(), ": no such file"), {}};
    }

    const Host& real_;
    Changes& changes_;
    std::map<Path, Planned> files_;
};

class PlannedDocker final : public Docker {
public:
    PlannedDocker(const Docker& real, Changes& changes)
        : real_{real}
        , changes_{changes}
    {
    }

    Result<DockerInfo> info() const override { return real_.info(); }
    Result<std::vector<Container>> containers() const override { return real_.containers(); }
    Result<ContainerDetails> inspect(std::string_view id) const override
    {
        return real_.inspect(id);
    }
    Result<std::vector<DockerNetwork>> networks() const override { return real_.networks(); }
    Result<std::vector<ImageSummary>> images() const override { return real_.images(); }
    Result<ImageDetails> image(std::string_view name) const override { return real_.image(name); }
    Result<> import_image(std::string_view name, std::string_view) override
    {
        changes_.push_back({cat("image ", name), "", "imported"});
        return done;
    }
    Result<> remove_image(std::string_view name) override
    {
        changes_.push_back({cat("image ", name), "present", ""});
        return done;
    }
    Result<> create_network(std::string_view name) override
    {
        changes_.push_back({cat("network ", name), "", "made"});
        return done;
    }
    Result<> remove_network(std::string_view name) override
    {
        changes_.push_back({cat("network ", name), "present", ""});
        return done;
    }
    Result<RunOutcome> run_once(const RunOnce& wanted) override
    {
        changes_.push_back({cat("container of ", wanted.image), "", "run and removed"});
        return RunOutcome{};
    }

private:
    const Docker& real_;
    Changes& changes_;
};

class PlannedFirewall final : public Firewall {
public:
    PlannedFirewall(const Firewall& real, Changes& changes)
        : real_{real}
        , changes_{changes}
    {
    }

    Result<std::vector<std::string>> backends() const override { return real_.backends(); }
    Result<std::vector<RuleDrift>> difference(const Ruleset& wanted) const override
    {
        return real_.difference(wanted);
    }
    Result<std::vector<RuleHits>> hits() const override { return real_.hits(); }
    Result<std::vector<SourceHits>> hits_by_source() const override
    {
        return real_.hits_by_source();
    }
    Result<> replace(const Ruleset& wanted) override
    {
        for (const auto& drift : TRY(real_.difference(wanted)))
            changes_.push_back(change_of(drift));
        return done;
    }
    Result<> remove() override
    {
        for (const auto& backend : TRY(real_.backends()))
            changes_.push_back({cat(backend, ": rules of harden"), "present", ""});
        return done;
    }
    Result<std::vector<RuleDrift>> inbound_difference(const std::string& wanted) const override
    {
        return real_.inbound_difference(wanted);
    }
    Result<std::vector<RuleHits>> inbound_hits() const override { return real_.inbound_hits(); }
    Result<> replace_inbound(const std::string& wanted) override
    {
        for (const auto& drift : TRY(real_.inbound_difference(wanted)))
            changes_.push_back(change_of(drift));
        return done;
    }

private:
    const Firewall& real_;
    Changes& changes_;
};

}

struct PlannedNode::Doors {
    explicit Doors(const Node& real)
        : host{real.host(), changes}
        , docker{real.docker(), changes}
        , firewall{real.firewall(), changes}
        , node{host, docker, firewall}
    {
    }

    Changes changes;
    PlannedHost host;
    PlannedDocker docker;
    PlannedFirewall firewall;
    Node node;
};

PlannedNode::PlannedNode(const Node& real)
    : doors_{std::make_unique<Doors>(real)}
{
}
PlannedNode::~PlannedNode() = default;

Node& PlannedNode::node()
{
    return doors_->node;
}
const Changes& PlannedNode::changes() const
{
    return doors_->changes;
}

}
