#include "base/text.h"
#include "support/catch.hpp"
#include "usage/stratum.h"

using namespace harden;
using Kind = StratumMessage::Kind;

static constexpr std::chrono::system_clock::time_point now{std::chrono::seconds{1'700'000'000}};
static const std::string hash(64, 'a');

static std::optional<Kind> kind_of(std::string_view object)
{
    const auto message = parse_stratum(object, now);
    return message ? std::optional{message->kind} : std::nullopt;
}

// 1700000000 is 0x6553f100, and 80 e2 cf aa 06 seven bits a byte.
static const std::string fresh_blob = "101080e2cfaa06" + hash + "00000000" + hash + "01";
static const std::string old_blob = "060695d7b8d305" + hash + "00000000" + hash + "01";

static std::string job(const std::string& blob, std::string_view name = "j1")
{
    return cat(R"({"jsonrpc":"2.0","method":"job","params":{"blob":")", blob, R"(","job_id":")",
               name, R"(","target":"b88d0600","height":3}})");
}

static std::string share(std::string_view job_id)
{
    return cat(R"({"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"s","job_id":")", job_id,
               R"(","nonce":"d0030040","result":")", hash, R"("}})");
}

static std::string notify(std::string_view time)
{
    return cat(R"({"id":null,"method":"mining.notify","params":["bf",")", hash,
               R"(","0100","072f",[],"00000002","1c2ac4af",")", time, R"(",false]})");
}

TEST_CASE("messages of a miner and a pool are known by their shapes")
{
    CHECK(kind_of(R"({"id": 1, "method": "mining.subscribe", "params": []})") == Kind::Greeting);
    CHECK(kind_of(R"({"id":2,"method":"mining.authorize","params":["a.b","x"]})") ==
          Kind::Greeting);
    CHECK(kind_of(notify("6553f100")) == Kind::Job);
    CHECK(kind_of(R"({"params":["a.b","bf","00000001","504e86ed","b2957c02"],"id":4,)"
                  R"("method":"mining.submit"})") == Kind::Share);
    CHECK(
        kind_of(R"({"id":1,"method":"login","params":{"login":"4A","pass":"x","agent":"m/1"}})") ==
        Kind::Greeting);
    CHECK(kind_of(job(fresh_blob)) == Kind::Job);
    CHECK(kind_of(R"({"id":1,"error":null,"result":{"id":"s","job":{"blob":")" + fresh_blob +
                  R"(","job_id":"j","target":"b88d0600"},"status":"OK"}})") == Kind::Job);
    CHECK(kind_of(share("j1")) == Kind::Share);
    CHECK(kind_of(R"({"id":1,"method":"eth_submitLogin","params":["0xab"],"worker":"w"})") ==
          Kind::Greeting);
    CHECK(kind_of(R"({"id":4,"method":"eth_submitWork","params":["0x1234567890abcdef","0x)" + hash +
                  R"(","0x)" + hash + R"("]})") == Kind::Share);
}

TEST_CASE("what only has the words is no message")
{
    const auto text = GENERATE_COPY(
        as<std::string>{}, R"({"id":%d,"method":"mining.submit","params":["%s","%s","%s"]})",
        R"({"id":1,"method":"mining.submit","params":["%s","%s","%s","%s"]})",
        R"({"id":1,"method":"mining.notify","params":["job","header","seed",true]})",
        R"({"method":"submit","params":{"id":"a","job_id":"b","nonce":"NONCE","result":"HASH"}})",
        R"({"method":"job","params":{"blob":"...","job_id":"b","target":"b88d0600"}})",
        R"({"method":"login","params":{"user":"a","password":"b"}})",
        R"({"method":"login","params":{"login":"a","pass":"b"}})",
        R"({"jsonrpc":"2.0","method":"get_block","params":{"height":3000000}})",
        R"({"jsonrpc":"2.0","method":"eth_getBlockByNumber","params":["latest",false]})",
        R"({"id":1,"result":{"blob":")" + fresh_blob + R"(","block_header":{"nonce":1}}})",
        R"({"job":7,"method":"submit","state":"done"})",
        R"({"rule":"mining.subscribe","method":"mining.subscribe"})", R"(["mining.subscribe"])",
        R"({"method":7,"params":[]})", "{", "", "null");
    CHECK_FALSE(kind_of(text));
}

static bool is_mining(std::initializer_list<std::string> messages)
{
    StratumTalk talk;
    for (const auto& each : messages)
        if (const auto message = parse_stratum(each, now))
            talk.add(*message);
    return talk.is_mining();
}

TEST_CASE("a block of now is a miner's, in each way that its time is written")
{
    CHECK(is_mining({notify("6553f100")}));
    CHECK(is_mining({notify("00f15365")})); // the other order of bytes
    CHECK(is_mining({job(fresh_blob)}));
    CHECK(
        is_mining({R"({"method":"mining.submit","params":["w","j","01","6553f0ff","b2957c02"]})"}));
    CHECK(is_mining(
        {cat(R"({"method":"mining.notify","params":["1",")", hash, R"(",1700000001000]})")}));
}

TEST_CASE("shares of several jobs are, without a time")
{
    CHECK(is_mining({share("j1"), share("j2")}));
    CHECK(is_mining({share("j1"), job(old_blob, "j2")}));
}

TEST_CASE("a page that explains the protocol is not")
{
    CHECK_FALSE(
        is_mining({R"({"id":1,"method":"mining.subscribe","params":[]})", notify("504e86b9"),
                   R"({"params":["w","bf","00000001","504e86ed","b2957c02"],"id":4,)"
                   R"("method":"mining.submit"})"}));
    CHECK_FALSE(is_mining({job(old_blob), share("j1")}));
    CHECK_FALSE(is_mining({job(old_blob, "j1"), job(old_blob, "j2")}));
    CHECK_FALSE(is_mining({}));
}
