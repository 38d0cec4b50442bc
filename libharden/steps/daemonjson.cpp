#include "steps/daemonjson.h"

#include "base/text.h"
#include "daemonjson/settle.h"

#include <algorithm>

namespace harden {

using namespace std::chrono_literals;

// Reload, restart and the waits between them.
static constexpr auto settle_limit = 180s;
// The first whose dockerd has --validate.
static constexpr DockerVersion judges_itself{23, 0};

namespace {

struct Documents {
    std::optional<std::string> present; // none: there is no file
    std::string text;                   // the file as it shall be
    JsonValue before;
    JsonValue after;

    bool differ() const { return text != present; }
};

}

static Error refused(const JsonComplaint& complaint, const Path& file, std::string_view text)
{
    return {ErrorKind::Malformed, headline(complaint, file.native(), text), complaint.hint};
}

static Result<JsonValue> parsed_object(std::string_view text, const Path& file)
{
    auto parsed = json_document(text);
    if (!parsed.root)
        return refused({.where = parsed.problem.where,
                        .message = parsed.problem.message,
                        .hint = parsed.problem.hint},
                       file, text);
    if (parsed.root->type != JsonType::Object)
        return refused({.where = parsed.root->span, .message = "daemon.json must be an object"},
                       file, text);
    return *std::move(parsed.root);
}

static Result<Documents> documents(const Host& host, const Path& file, const JsonValue& wanted,
                                   const KeyTable& table)
{
    Documents documents;
    auto text = host.read(file);
    if (!text && !text.is_absent())
        return text.error();
    if (text)
        documents.present = *std::move(text);
    const bool is_empty = !documents.present || trim(*documents.present).empty();
    documents.text = is_empty ? "{}\n" : *documents.present;
    documents.before = TRY(parsed_object(documents.text, file));
    // an edit of a key that stands there twice could change the one that does not count
    auto judged = validate(documents.text, table, {});
    for (const auto& complaint : judged.complaints)
        if (complaint.id == "key.duplicate")
            return refused(complaint, file, documents.text);
    documents.text = with_document(std::move(documents.text), wanted, table);
    documents.after = TRY(parsed_object(documents.text, file));
    return documents;
}

static Result<> accepted_by_us(const Documents& documents, const Daemon& daemon, const Host& host,
                               const KeyTable& table)
{
    const auto judged = validate(documents.text, table, facts_of(daemon, host));
    for (const auto& complaint : judged.complaints)
        if (complaint.weight == Weight::Error)
            return refused(complaint, daemon.file, documents.text);
    return done;
}

static Result<> accepted_by_dockerd(const Documents& documents, const Daemon& daemon,
                                    const Host& host)
{
    if (!daemon.version || *daemon.version < judges_itself)
        return done;
    const auto judged = host.query({"dockerd", "--validate", "--config-file", "/dev/stdin"},
                                   {.input = documents.text});
    if (!judged || judged->status == 0)
        return done;
    return Error{ErrorKind::Malformed,
                 cat("dockerd --validate refuses ", daemon.file.native(),
                     " as it would be: ", escaped(trim(judged->err), 400)),
                 {}};
}

static std::vector<KeyChange> all_changes(const Documents& documents, const Daemon& daemon)
{
    auto changes = differences(documents.before, documents.after);
    if (!daemon.info)
        return changes;
    for (auto& change : drift(documents.after, *daemon.info)) {
        const auto is_listed = [&](const KeyChange& other) {
            return other.path.front() == change.path.front();
        };
        if (std::ranges::none_of(changes, is_listed))
            changes.push_back(std::move(change));
    }
    return changes;
}

// dockerd ends in a reload that finds an authorization plugin missing (seen: 26.1), and without
// live-restore its containers end with it.
static Result<> outlived(const std::vector<KeyChange>& changes, const DockerInfo& running)
{
    constexpr std::string_view deadly = "authorization-plugins";
    const bool is_deadly = std::ranges::any_of(
        changes, [&](const auto& change) { return change.path.front() == deadly; });
    if (!is_deadly || running.live_restore)
        return done;
    return Error{ErrorKind::Unsupported,
                 cat(deadly, ": dockerd ends where it does not find a plugin, and without "
                             "live-restore the containers end with it"),
                 "apply live-restore first, then this"};
}

Result<std::vector<KeyChange>> document_changes(const Node& node, const JsonValue& wanted,
                                                const KeyTable& table)
{
    const auto daemon = daemon_of(node);
    return all_changes(TRY(documents(node.host(), daemon.file, wanted, table)), daemon);
}

// Its words are ours: "harden daemonjson: error: …" and "hint: …", a line each.
static Error said_by(const Output& settling)
{
    constexpr std::string_view mark = "error: ";
    constexpr std::string_view hint = "hint: ";
    Error error{ErrorKind::Failed, {}, {}};
    for (const auto line : lines(settling.err)) {
        const auto at = line.find(mark);
        if (line.starts_with(hint))
            error.hint = escaped(line.substr(hint.size()), 200);
        else if (at != std::string_view::npos)
            error.message = escaped(line.substr(at + mark.size()), 600);
        else if (error.message.empty())
            error.message = escaped(line, 600);
    }
    return error;
}

static Result<> settled(Node& node, const Command& command)
{
    const auto output = TRY(node.host().run(command, command, {.timeout = settle_limit}));
    return output.status == 0 ? Result<>{done} : said_by(output);
}

Result<> apply_document(Node& node, const JsonValue& wanted, const KeyTable& table)
{
    const auto daemon = daemon_of(node);
    const auto found = TRY(documents(node.host(), daemon.file, wanted, table));
    if (!daemon.info)
        return TRY(node.docker().info()), done;
    const auto changes = all_changes(found, daemon);
    if (changes.empty())
        return done;
    TRY(accepted_by_us(found, daemon, node.host(), table));
    TRY(outlived(changes, *daemon.info));
    if (found.differ()) {
        TRY(accepted_by_dockerd(found, daemon, node.host()));
        TRY(node.host().write(daemon.file, found.text));
    }
    return settled(node, settle_command(node.host(), restart_keys(changes, table)));
}

Step daemonjson_step(JsonValue wanted, KeyTable table)
{
    return {.id = "daemonjson",
            .title = "Docker's settings",
            .settles = {"docker.daemon-json-valid", "docker.live-restore"},
            .apply = [wanted = std::move(wanted), table = std::move(table)](Node& node) {
                return apply_document(node, wanted, table);
            }};
}

}
