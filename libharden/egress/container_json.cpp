#include "egress/container_json.h"

#include "base/json_view.h"

#include <nlohmann/json.hpp>

namespace harden {

using Json = nlohmann::ordered_json;

static constexpr auto schema = "harden.container/1";
static constexpr std::string_view suffix = ".json";

Path container_policy_file(std::string_view id)
{
    return Path{container_policy_directory} / cat(id, suffix);
}

template<class Entry>
static Json texts_of(const std::vector<Entry>& entries)
{
    auto list = Json::array();
    for (const auto& entry : entries)
        list.push_back(to_text(entry));
    return list;
}

std::string to_json(const ContainerPolicy& policy)
{
    const Json json{{"schema", schema},
                    {"id", policy.id},
                    {"name", policy.name},
                    {"mode", name_of(policy.mode)},
                    {"domains", texts_of(policy.domains)},
                    {"targets", texts_of(policy.targets)},
                    {"rate", policy.rate == 0 ? "" : rate_to_text(policy.rate)},
                    {"quota", policy.quota ? to_text(*policy.quota) : ""}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ContainerPolicy> parse_container_policy(std::string_view json)
{
    const auto view = TRY(parse_json(json));
    const ContainerWish wish{.mode = "allow", // where lists may stand
                             .domains = view.texts("domains"),
                             .targets = view.texts("targets"),
                             .rate = view.text("rate"),
                             .quota = view.text("quota")};
    const auto mode = view.text("mode");
    ContainerPolicy policy{.id = view.text("id"), .name = view.text("name")};
    if (!view.problem().empty())
        return Error{ErrorKind::Malformed, view.problem(), {}};
    policy = TRY(with_wish(std::move(policy), wish));
    policy.mode = TRY(parse_container_mode(mode));
    // read back: unknown keys, lists named twice and other notations are somebody else's doing
    if (!is_container_id(policy.id) || to_json(policy) != json)
        return Error{ErrorKind::Malformed, "no record of a container's network policy", {}};
    return policy;
}

Result<ContainerPolicy> container_policy(const Host& host, std::string_view id)
{
    const auto file = container_policy_file(id);
    auto policy = TRY(parse_container_policy(TRY(host.read(file)))
                          .during(file.native())
                          .hint("harden egress container ID remove"));
    if (policy.id != id)
        return Error{ErrorKind::Malformed, cat(file.native(), ": is about another container"),
                     "harden egress container ID remove"};
    return policy;
}

Result<std::vector<ContainerPolicy>> container_policies(const Host& host)
{
    std::vector<ContainerPolicy> policies;
    const auto names = host.list(container_policy_directory);
    if (!names)
        return names.is_absent() ? Result<std::vector<ContainerPolicy>>{policies} : names.error();
    for (const std::string_view name : *names) {
        const auto id = name.substr(0, 64);
        if (!is_container_id(id) || name.substr(64) != suffix)
            continue; // what the writer of another file has not finished
        auto policy = container_policy(host, id);
        if (!policy && !policy.is_absent()) // gone meanwhile
            return std::move(policy).error();
        if (policy)
            policies.push_back(std::move(*policy));
    }
    return policies;
}

}
