#include "steps/retention.h"
#include "steps/transaction.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static Json json_of(const TxRecord& record, const Host& host)
{
    Json json{{"id", record.id},
              {"verb", record.verb},
              {"state", is_interrupted(record, host) ? "interrupted" : name_of(record.state)},
              {"started", record.started},
              {"deadline", record.deadline},
              {"overdue", is_overdue(record, host)},
              {"note", record.note},
              {"files", Json::array()},
              {"commands", Json::array()}};
    for (const auto& entry : record.entries)
        if (!entry.undo.empty())
            json["commands"].push_back(entry.undo);
        else if (entry.before.type != FileType::Directory)
            json["files"].push_back({{"file", entry.file.native()}, {"existed", entry.existed}});
    return json;
}

static std::string text_of(const Json& json)
{
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_json(const std::vector<TxRecord>& records, const Host& host)
{
    const auto pruned = pruned_so_far(host);
    Json json{{"schema", "harden.tx/1"},
              {"pruned", pruned ? Json(pruned->count) : Json()},
              {"transactions", Json::array()}};
    for (const auto& record : records)
        json["transactions"].push_back(json_of(record, host));
    return text_of(json);
}

std::string render_json(const TxRecord& record, const Host& host)
{
    Json json{{"schema", "harden.tx/1"}};
    json.update(json_of(record, host));
    return text_of(json);
}

}
