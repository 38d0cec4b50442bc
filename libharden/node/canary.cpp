#include "node/canary.h"

#include "base/json_view.h"

namespace harden {

// Only what every tenant's container has by default, besides the limits that are tried.
std::string canary_request(const CanaryOrder& order, const std::vector<std::string>& task,
                           std::string_view image, std::string_view label)
{
    std::vector<std::string> words{json_quoted("/canary")};
    for (const auto& word : task)
        words.push_back(json_quoted(word));
    auto host = cat(R"("LogConfig":{"Type":"json-file","Config":{}},"NetworkMode":)",
                    json_quoted(order.network));
    const auto limit = [&host](std::string_view key, std::int64_t value) {
        if (value > 0)
            host += cat(R"(,")", key, R"(":)", std::to_string(value));
    };
    limit("Memory", order.memory);
    limit("MemorySwap", order.memory);
    limit("PidsLimit", order.pids);
    limit("NanoCpus", order.nano_cpus);
    if (!order.runtime.empty())
        host += cat(R"(,"Runtime":)", json_quoted(order.runtime));
    return cat(R"({"Image":)", json_quoted(image), R"(,"Cmd":[)", join(words, ","),
               R"(],"Labels":{"harden.canary":)", json_quoted(label), R"(},"HostConfig":{)", host,
               "}}");
}

}
