#pragma once

#include "probe_endpoint.h"
#include "workload_settings.h"

#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace workload {

inline std::optional<probe::Endpoint> endpoint_of(const Settings& settings)
{
    const auto to = settings.text("to");
    const auto port = to.rfind(':');
    return port == std::string::npos
               ? std::nullopt
               : probe::endpoint("tcp", to.substr(0, port), to.substr(port + 1));
}

inline std::string hex_digits(std::size_t count)
{
    static thread_local std::minstd_rand random{std::random_device{}()};
    std::string digits;
    while (digits.size() < count)
        digits += "0123456789abcdef"[random() % 16];
    return digits;
}

inline std::string hex_of(std::uint64_t value, int digits)
{
    std::string text;
    for (int at = digits - 1; at >= 0; --at)
        text += "0123456789abcdef"[value >> (4 * at) & 15];
    return text;
}

inline std::string hex_time()
{
    return hex_of(static_cast<std::uint64_t>(std::time(nullptr)), 8);
}

// The head of a block as CryptoNote's pools send it: two versions, the time, what was before.
inline std::string blob()
{
    auto left = static_cast<std::uint64_t>(std::time(nullptr));
    std::string text = "1010";
    for (; left >= 128; left >>= 7)
        text += hex_of((left & 127) | 128, 2);
    return text + hex_of(left, 2) + hex_digits(64) + "00000000" + hex_digits(64) + "01";
}

inline std::string job_object(int turn)
{
    return R"({"blob":")" + blob() + R"(","job_id":"job)" + std::to_string(turn) +
           R"(","target":"b88d0600","algo":"rx/0","height":3000000,"seed_hash":")" +
           hex_digits(64) + R"("})";
}

inline std::string pool_job(int turn, std::string_view kind)
{
    const auto id = std::to_string(turn);
    if (kind == "job")
        return R"({"jsonrpc":"2.0","method":"job","params":)" + job_object(turn) + "}\n";
    return R"({"id":null,"method":"mining.notify","params":["j)" + id + R"(",")" + hex_digits(64) +
           R"(",")" + hex_digits(80) + R"(",")" + hex_digits(80) +
           R"(",[],"20000000","1c2ac4af",")" + hex_time() +
           R"(",false]})"
           "\n";
}

// What a pool says to one line of a miner's: enough for a miner to go on.
inline std::string pool_answer(const std::string& question, int turn)
{
    const auto has = [&](const char* words) { return question.find(words) != std::string::npos; };
    if (has("\"login\""))
        return R"({"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"w1","job":)" +
               job_object(turn) +
               R"(,"status":"OK"}})"
               "\n";
    if (has("mining.subscribe"))
        return R"({"id":1,"result":[[["mining.notify","ae6812eb4cd7735a"]],"08000002",4],"error":null})"
               "\n";
    if (has("mining.authorize"))
        return pool_job(turn, "notify");
    return R"({"id":2,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}})"
           "\n";
}

struct MinerWords {
    std::vector<std::string> greetings;
    std::function<std::string(int)> submit;
};

// An address of the right shape that belongs to nobody.
inline std::string wallet()
{
    std::string text = "4";
    while (text.size() < 95)
        text += "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[text.size() * 7 % 58];
    return text;
}

inline MinerWords miner_words(const std::string& dialect)
{
    if (dialect == "bitcoin")
        return {{R"({"id":1,"method":"mining.subscribe","params":["workload/1.0"]})"
                 "\n",
                 R"({"id":2,"method":"mining.authorize","params":["someone.1","x"]})"
                 "\n"},
                [](int turn) {
                    return R"({"params":["someone.1","j)" + std::to_string(turn) +
                           R"(","00000001",")" + hex_time() + R"(",")" + hex_digits(8) +
                           R"("],"id":4,"method":"mining.submit"})"
                           "\n";
                }};
    if (dialect == "ethereum")
        return {{R"({"id":1,"method":"eth_submitLogin","params":["0x)" + hex_digits(40) +
                 R"("],"worker":"w"})"
                 "\n"},
                [](int) {
                    return R"({"id":4,"method":"eth_submitWork","params":["0x)" + hex_digits(16) +
                           R"(","0x)" + hex_digits(64) + R"(","0x)" + hex_digits(64) +
                           R"("]})"
                           "\n";
                }};
    return {
        {R"({"id":1,"jsonrpc":"2.0","method":"login","params":{"login":")" + wallet() +
         R"(","pass":"x","agent":"workload/1.0","algo":["rx/0"]}})"
         "\n"},
        [](int turn) {
            return R"({"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"w1","job_id":"job)" +
                   std::to_string(turn) + R"(","nonce":")" + hex_digits(8) + R"(","result":")" +
                   hex_digits(64) +
                   R"("}})"
                   "\n";
        }};
}

// What an explorer of a chain asks its node, and what it hears: JSON-RPC that is no mining.
inline std::string rpc_question(int turn)
{
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(turn) +
           R"(,"method":"get_block","params":{"height":)" + std::to_string(3'000'000 + turn) +
           "}}\n";
}

inline std::string rpc_answer()
{
    return R"({"id":1,"jsonrpc":"2.0","result":{"blob":")" + blob() +
           R"(","block_header":{"hash":")" + hex_digits(64) +
           R"(","nonce":1989223,"miner_tx_hash":")" + hex_digits(64) +
           R"("},"status":"OK"}})"
           "\n";
}

inline std::string queue_words(int turn)
{
    return R"({"job":)" + std::to_string(turn) +
           R"(,"method":"submit","state":"done"})"
           "\n";
}

} // namespace workload
