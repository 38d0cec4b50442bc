#include "node/undoable_node.h"

#include <algorithm>

namespace harden {

namespace {

// What is its own reversal, or has a program read its files again, is of no use before they are
// back.
Undo when_to_undo(const Command& command, const Command& undo)
{
    const bool reads_files = std::ranges::any_of(
        undo, [](const std::string& word) { return word.find("reload") != std::string::npos; });
    return undo == command || reads_files ? Undo::AfterFiles : Undo::BeforeFiles;
}

class UndoableHost final : public Host {
public:
    UndoableHost(Host& real, Journal& journal, Changes& changes)
        : real_{real}
        , journal_{journal}
        , changes_{changes}
    {
    }

    Result<std::string> read(const Path& file) const override { return real_.read(file); }
    Result<std::vector<std::string>> list(const Path& directory) const override
    {
        return real_.list(directory);
    }
    Result<FileStatus> status(const Path& file) const override { return real_.status(file); }
    Result<Output> query(const Command& command, const CommandOptions& options) const override
    {
        return real_.query(command, options);
    }
    Result<Clock> now() const override { return real_.now(); }

    Result<> write(const Path& file, std::string_view contents, const FileMode& mode) override
    {
        const auto before = real_.read(file);
        TRY(journal_.save(file));
        changes_.push_back({file.native(), before ? contents_for_change(*before) : "",
                            contents_for_change(contents)});
        return real_.write(file, contents, mode);
    }
    Result<> link(const Path& file, const Path& target) override
    {
        const auto before = real_.status(file);
        TRY(journal_.save(file));
        changes_.push_back({file.native(), before ? before->target.native() : "", target.native()});
        return real_.link(file, target);
    }
    Result<> remove(const Path& file) override
    {
        const auto before = real_.status(file);
        if (before.is_absent())
            return done;
        TRY(journal_.save(file));
        changes_.push_back({file.native(), "present", ""});
        return real_.remove(file);
    }
    Result<Output> run(const Command& command, const Command& undo,
                       const CommandOptions& options) override
    {
        if (!undo.empty())
            TRY(journal_.save_undo(undo, when_to_undo(command, undo)));
        changes_.push_back({cat("run ", join(command, " ")), "", ""});
        return real_.run(command, undo, options);
    }

private:
    Host& real_;
    Journal& journal_;
    Changes& changes_;
};

class UndoableFirewall final : public Firewall {
public:
    UndoableFirewall(Firewall& real, Journal& journal, Changes& changes, Command restore)
        : real_{real}
        , journal_{journal}
        , changes_{changes}
        , restore_{std::move(restore)}
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
        const auto drift = TRY(real_.difference(wanted));
        if (drift.empty())
            return done;
        TRY(journal_.save_undo(restore_, Undo::AfterFiles));
        for (const auto& rule : drift)
            changes_.push_back(change_of(rule));
        return real_.replace(wanted);
    }
    Result<> remove() override
    {
        TRY(journal_.save_undo(restore_, Undo::AfterFiles));
        changes_.push_back({"rules of harden", "present", ""});
        return real_.remove();
    }
    Result<std::vector<RuleDrift>> inbound_difference(const std::string& wanted) const override
    {
        return real_.inbound_difference(wanted);
    }
    Result<std::vector<RuleHits>> inbound_hits() const override { return real_.inbound_hits(); }
    Result<> replace_inbound(const std::string& wanted) override
    {
        const auto drift = TRY(real_.inbound_difference(wanted));
        if (drift.empty())
            return done;
        TRY(journal_.save_undo(restore_, Undo::AfterFiles));
        for (const auto& rule : drift)
            changes_.push_back(change_of(rule));
        return real_.replace_inbound(wanted);
    }

private:
    Firewall& real_;
    Journal& journal_;
    Changes& changes_;
    Command restore_;
};

}

// Containers and images that a step makes are canaries, which remove themselves: the Docker door
// needs no undo.
struct UndoableNode::Doors {
    Doors(Node& real, Journal& journal, Command restore_firewall)
        : host{real.host(), journal, changes}
        , firewall{real.firewall(), journal, changes, std::move(restore_firewall)}
        , node{host, real.docker(), firewall}
    {
    }

    Changes changes;
    UndoableHost host;
    UndoableFirewall firewall;
    Node node;
};

UndoableNode::UndoableNode(Node& real, Journal& journal, Command restore_firewall)
    : doors_{std::make_unique<Doors>(real, journal, std::move(restore_firewall))}
{
}
UndoableNode::~UndoableNode() = default;

Node& UndoableNode::node()
{
    return doors_->node;
}
const Changes& UndoableNode::changes() const
{
    return doors_->changes;
}

}
