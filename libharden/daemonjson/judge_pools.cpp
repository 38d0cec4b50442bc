#include "base/text.h"
#include "daemonjson/address.h"
#include "daemonjson/judge.h"

#include <array>

namespace harden {

static void judge_size(const Judge& judge, const JsonValue& size, const IpNetwork& base)
{
    const auto number = whole_number(size);
    const auto most = bits_of(base.address.family);
    if (!number)
        return judge.error(size.span, "value.type",
                           cat("\"size\" must be a whole number, this is ", name_of(size.type)));
    if (*number < base.prefix || *number > most)
        judge.error(size.span, "pools.size",
                    cat("networks of /", size.text, " cannot be cut from a /",
                        std::to_string(base.prefix), ": dockerd does not start"),
                    cat("between ", std::to_string(base.prefix), " and ", std::to_string(most)));
}

static void judge_pool(const Judge& judge, const JsonValue& pool)
{
    static const std::array<std::string, 2> known = {"base", "size"};
    if (!judge.expect(pool, JsonType::Object, "an address pool"))
        return;
    judge.fields(pool, known, "an address pool");
    const auto value = [&](std::string_view name) {
        const auto* member = field_of(pool, name);
        return member == nullptr ? nullptr : &member->value;
    };
    const auto* base = value("base");
    const auto* size = value("size");
    if (base == nullptr || size == nullptr)
        return judge.error({pool.span.begin, pool.span.begin + 1}, "pools.fields",
                           "an address pool needs base and size",
                           R"(as in {"base": "172.30.0.0/16", "size": 24})");
    if (!judge.expect(*base, JsonType::Text, "\"base\""))
        return;
    const auto parsed = ip_network(base->text);
    if (!parsed)
        return judge.error(
            base->span, "pools.base",
            cat(escaped(json_string(base->text)), " is not a network: dockerd does not start"),
            "as in \"172.30.0.0/16\"");
    judge_size(judge, *size, *parsed);
}

void judge_pools(const Judge& judge)
{
    if (const auto* pools = judge.list_at("default-address-pools"))
        for (const auto& pool : pools->elements)
            judge_pool(judge, pool);
}

}
