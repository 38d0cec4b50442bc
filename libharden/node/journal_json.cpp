#include "node/journal_json.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static std::int64_t seconds_of(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

static Json json_of(const JournalEntry& entry)
{
    if (!entry.undo.empty())
        return {{"undo", entry.undo}, {"after_files", entry.when == Undo::AfterFiles}};
    Json json{{"file", entry.file.native()}, {"existed", entry.existed}};
    if (!entry.existed)
        return json;
    json["mode"] = entry.before.mode;
    json["owner"] = entry.before.owner;
    json["group"] = entry.before.group;
    if (entry.before.type == FileType::Link)
        json["target"] = entry.before.target.native();
    else
        json.update({{"saved", entry.saved},
                     {"size", entry.before.size},
                     {"modified", seconds_of(entry.before.modified)}});
    return json;
}

std::string to_json(const TxRecord& record)
{
    Json json{{"schema", "harden.tx/1"},
              {"id", record.id},
              {"verb", record.verb},
              {"state", name_of(record.state)},
              {"started", record.started},
              {"boot_id", record.boot_id},
              {"pid", record.pid},
              {"process_started", record.process_started},
              {"applied_ms", record.applied_ms},
              {"deadline", record.deadline},
              {"note", record.note},
              {"half_back", record.is_half_back},
              {"entries", Json::array()}};
    for (const auto& entry : record.entries)
        json["entries"].push_back(json_of(entry));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

static JournalEntry entry_from(const Json& json)
{
    JournalEntry entry;
    if (json.contains("undo")) {
        entry.undo = json.at("undo").get<Command>();
        entry.when = json.value("after_files", true) ? Undo::AfterFiles : Undo::BeforeFiles;
        return entry;
    }
    entry.file = json.at("file").get<std::string>();
    entry.existed = json.at("existed").get<bool>();
    if (!entry.existed)
        return entry;
    entry.before.mode = json.at("mode").get<unsigned>();
    entry.before.owner = json.at("owner").get<unsigned>();
    entry.before.group = json.at("group").get<unsigned>();
    if (json.contains("target")) {
        entry.before.type = FileType::Link;
        entry.before.target = json.at("target").get<std::string>();
    } else {
        entry.before.type = FileType::Regular;
        entry.saved = json.at("saved").get<std::string>();
        entry.before.size = json.value("size", std::uint64_t{0});
        entry.before.modified = std::chrono::system_clock::time_point{
            std::chrono::seconds{json.value("modified", std::int64_t{0})}};
    }
    return entry;
}

static TxState state_named(const std::string& name)
{
    for (const auto state :
         {TxState::Open, TxState::Armed, TxState::Committed, TxState::RolledBack})
        if (name_of(state) == name)
            return state;
    return TxState::Broken;
}

Result<TxRecord> record_from_json(std::string_view text)
{
    try {
        const auto json = Json::parse(text);
        TxRecord record;
        record.id = json.at("id").get<std::string>();
        record.verb = json.at("verb").get<std::string>();
        record.state = state_named(json.at("state").get<std::string>());
        record.started = json.at("started").get<std::string>();
        record.boot_id = json.at("boot_id").get<std::string>();
        record.pid = json.at("pid").get<int>();
        record.process_started = json.value("process_started", "");
        record.applied_ms = json.value("applied_ms", std::int64_t{0});
        record.deadline = json.at("deadline").get<std::string>();
        record.note = json.at("note").get<std::string>();
        record.is_half_back = json.value("half_back", false);
        for (const auto& entry : json.at("entries"))
            record.entries.push_back(entry_from(entry));
        return record;
    } catch (const Json::exception& problem) {
        return Error{ErrorKind::Malformed, cat("transaction record: ", problem.what()), {}};
    }
}

}
