#include "egress/address_lists.h"

#include "base/text.h"
#include "egress/own_names.h"
#include "node/address.h"

namespace harden {

static Error at_line(std::string_view file, std::size_t line, std::size_t column, const Error& why)
{
    return {ErrorKind::Malformed,
            cat(file, ":", std::to_string(line), ":", std::to_string(column), ": ", why.message),
            why.hint};
}

Result<std::vector<std::string>> parse_address_list(std::string_view text, std::string_view file)
{
    std::vector<std::string> addresses;
    std::size_t number = 0;
    for (const auto line : lines(text)) {
        if (++number > longest_address_list)
            return at_line(file, number, 1,
                           {ErrorKind::Malformed,
                            cat("more than ", std::to_string(longest_address_list), " lines"),
                            "split the list over several groups"});
        const auto entry = trim(line.substr(0, line.find('#')));
        if (entry.empty())
            continue;
        const auto network = parse_network(entry);
        if (!network)
            return at_line(file, number, 1 + static_cast<std::size_t>(entry.data() - line.data()),
                           network.error());
        addresses.push_back(to_text(*network));
    }
    return addresses;
}

static Result<> read_list(const Host& host, const AddressList& list, RefusedGroup& group)
{
    const auto text = host.read(list.file);
    if (!text)
        return Error{text.error().kind,
                     cat(to_text(list.origin), ": addresses of group \"", group.id,
                         "\": ", text.error().message),
                     text.error().hint};
    for (auto& address : TRY(parse_address_list(*text, list.file.string())))
        (is_v6_text(address) ? group.addresses6 : group.addresses4).push_back(std::move(address));
    return done;
}

Result<> read_address_lists(const Host& host, EgressPolicy& policy)
{
    for (auto& group : policy.groups) {
        if (!group.enabled)
            continue;
        for (const auto& list : group.address_files)
            TRY(read_list(host, list, group.refused));
        if (!group.address_files.empty() && group.refused.addresses4.empty() &&
            group.refused.addresses6.empty())
            return Error{ErrorKind::Malformed,
                         cat(to_text(group.address_files.front().origin), ": group \"",
                             group.refused.id,
                             "\": its lists hold no address, which would close "
                             "its ports everywhere"),
                         "put addresses into the list, or disable the group"};
    }
    return done;
}

}
