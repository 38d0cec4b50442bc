#pragma once

#include <cstddef>
#include <libmnl/libmnl.h>

namespace harden {

template<class Take>
int take_attribute(const nlattr* attribute, void* take)
{
    (*static_cast<Take*>(take))(attribute);
    return MNL_CB_OK;
}

// Every attribute behind the headers of a message, of which the second is `header` bytes long.
template<class Take>
void each_attribute(const nlmsghdr* message, std::size_t header, Take take)
{
    mnl_attr_parse(message, static_cast<unsigned>(header), take_attribute<Take>, &take);
}

// Every attribute inside another.
template<class Take>
void each_nested(const nlattr* nest, Take take)
{
    mnl_attr_parse_nested(nest, take_attribute<Take>, &take);
}

}
