#include "egress/set_element.h"

#include "base/text.h"
#include "node/address.h"
#include "node/ports.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <net/if.h>

namespace harden {

static constexpr std::size_t concatenation_unit = 4;

std::size_t size_of(Field field)
{
    switch (field) {
    case Field::Interface:
        return IFNAMSIZ;
    case Field::Address4:
        return 4;
    case Field::Address6:
        return 16;
    case Field::Port:
        return 2;
    case Field::Cgroup:
        return 8;
    }
    return 0;
}

SetElement interface_element(std::string_view pattern)
{
    const bool is_prefix = pattern.ends_with('*');
    if (is_prefix)
        pattern.remove_suffix(1);
    std::string first{pattern.substr(0, IFNAMSIZ - 1)};
    auto last = first;
    first.resize(IFNAMSIZ, '\0');
    last.resize(IFNAMSIZ, is_prefix ? '\xff' : '\0');
    return {first, last, {}};
}

static std::string port_bytes(std::uint16_t port)
{
    return {static_cast<char>(port >> 8), static_cast<char>(port & 0xff)};
}

SetElement port_element(const PortRange& ports)
{
    return {port_bytes(ports.first), port_bytes(ports.last), {}};
}

Result<SetElement> address_element(std::string_view text)
{
    const auto network = TRY(parse_network(text));
    const auto mask = prefix_mask(network.prefix);
    const auto size = size_of(network.is_v6 ? Field::Address6 : Field::Address4);
    SetElement element;
    for (std::size_t byte = 0; byte < size; ++byte) {
        element.first.push_back(static_cast<char>(network.bytes[byte]));
        element.last.push_back(static_cast<char>(network.bytes[byte] | (~mask[byte] & 0xff)));
    }
    return element;
}

SetElement cgroup_element(std::uint64_t id)
{
    std::string bytes(sizeof id, '\0');
    std::memcpy(bytes.data(), &id, sizeof id);
    return {bytes, bytes, {}};
}

SetElement concatenated(const std::vector<SetElement>& fields)
{
    SetElement whole;
    for (const auto& field : fields) {
        whole.first += field.first;
        whole.last += field.last;
        while (whole.first.size() % concatenation_unit != 0) {
            whole.first.push_back('\0');
            whole.last.push_back('\0');
        }
    }
    return whole;
}

// std::string compares as unsigned char does.
std::string successor(std::string key)
{
    for (auto byte = key.rbegin(); byte != key.rend(); ++byte) {
        *byte = static_cast<char>(*byte + 1);
        if (*byte != '\0')
            return key;
    }
    return {};
}

std::vector<SetElement> merged(std::vector<SetElement> elements)
{
    std::ranges::sort(elements, {}, &SetElement::first);
    std::vector<SetElement> kept;
    for (auto& element : elements) {
        const bool joins =
            !kept.empty() && kept.back().chain == element.chain &&
            (element.first <= kept.back().last || element.first == successor(kept.back().last));
        if (joins)
            kept.back().last = std::max(kept.back().last, element.last);
        else
            kept.push_back(std::move(element));
    }
    return kept;
}

static std::string address_text(std::string_view first, std::string_view last, bool is_v6)
{
    const auto text = [&](std::string_view bytes) {
        char buffer[INET6_ADDRSTRLEN] = {};
        inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer);
        return std::string{buffer};
    };
    if (first == last)
        return text(first);
    Network network{.is_v6 = is_v6};
    std::ranges::copy(first, network.bytes.begin());
    for (network.prefix = 0; network.prefix < network.full_prefix(); ++network.prefix) {
        const auto mask = prefix_mask(network.prefix);
        bool is_block = true;
        for (std::size_t byte = 0; byte < first.size(); ++byte) {
            const auto low = static_cast<unsigned char>(first[byte]);
            const auto high = static_cast<unsigned char>(last[byte]);
            is_block =
                is_block && (low & ~mask[byte] & 0xff) == 0 && high == (low | (~mask[byte] & 0xff));
        }
        if (is_block)
            return to_text(network);
    }
    return cat(text(first), "-", text(last));
}

static std::string port_text(std::string_view first, std::string_view last)
{
    const auto port = [](std::string_view bytes) {
        return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                          static_cast<unsigned char>(bytes[1]));
    };
    return to_text(PortRange{port(first), port(last)});
}

static std::string interface_text(std::string_view first, std::string_view last)
{
    const auto name = first.substr(0, first.find('\0'));
    return cat("\"", escaped(name), first == last ? "" : "*", "\"");
}

static std::string field_text(Field field, std::string_view first, std::string_view last)
{
    switch (field) {
    case Field::Interface:
        return interface_text(first, last);
    case Field::Address4:
        return address_text(first, last, false);
    case Field::Address6:
        return address_text(first, last, true);
    case Field::Port:
        return port_text(first, last);
    case Field::Cgroup: {
        std::uint64_t id = 0;
        std::memcpy(&id, first.data(), std::min(first.size(), sizeof id));
        return std::to_string(id);
    }
    }
    return {};
}

std::string to_text(const SetElement& element, const std::vector<Field>& key)
{
    std::vector<std::string> fields;
    std::size_t at = 0;
    for (const auto field : key) {
        const auto size = size_of(field);
        if (at + size > element.first.size() || at + size > element.last.size())
            return "elements of another size";
        fields.push_back(field_text(field, std::string_view{element.first}.substr(at, size),
                                    std::string_view{element.last}.substr(at, size)));
        at += (size + concatenation_unit - 1) / concatenation_unit * concatenation_unit;
    }
    return cat(join(fields, " . "), element.chain.empty() ? "" : cat(" : jump ", element.chain));
}

}
