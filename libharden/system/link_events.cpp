#include "system/link_events.h"

#include "system/netlink_objects.h"

#include <netlink/msg.h>
#include <sys/socket.h>

namespace harden {

using namespace netlink;

static Error failed(int status)
{
    return {status == -NLE_PERM ? ErrorKind::Denied : ErrorKind::Failed,
            cat("listen to links: ", nl_geterror(status)),
            {}};
}

void LinkEvents::Close::operator()(nl_sock* socket) const
{
    nl_socket_free(socket);
}

Result<LinkEvents> LinkEvents::open()
{
    LinkEvents events{nl_socket_alloc()};
    auto* socket = events.socket_.get();
    if (socket == nullptr)
        return Error{ErrorKind::Failed, "listen to links: out of memory", {}};
    nl_socket_disable_seq_check(socket); // nothing that comes answers a question
    int status = nl_connect(socket, NETLINK_ROUTE);
    if (status >= 0)
        status = nl_socket_add_memberships(socket, RTNLGRP_LINK, 0);
    if (status >= 0)
        status = nl_socket_set_nonblocking(socket);
    if (status < 0)
        return failed(status);
    return events;
}

int LinkEvents::descriptor() const
{
    return nl_socket_get_fd(socket_.get());
}

namespace {

struct Seen {
    int number = 0;
    bool is_bridge = false;
};

}

static void see(nl_object* object, void* seen)
{
    auto* link = reinterpret_cast<rtnl_link*>(object);
    const auto* kind = rtnl_link_get_type(link); // messages about a bridge's ports have none
    const bool is_bridge = kind != nullptr && std::string_view{kind} == "bridge";
    *static_cast<Seen*>(seen) = {rtnl_link_get_ifindex(link), is_bridge};
}

int LinkEvents::take(nl_msg* message, void* events)
{
    auto& self = *static_cast<LinkEvents*>(events);
    const auto type = nlmsg_hdr(message)->nlmsg_type;
    Seen seen;
    if ((type != RTM_NEWLINK && type != RTM_DELLINK) || nl_msg_parse(message, see, &seen) < 0 ||
        !seen.is_bridge)
        return NL_OK;
    const bool is_news = type == RTM_NEWLINK ? self.bridges_.insert(seen.number).second
                                             : (self.bridges_.erase(seen.number), true);
    self.has_changed_ = self.has_changed_ || is_news;
    return NL_OK;
}

Result<bool> LinkEvents::hear()
{
    auto* socket = socket_.get();
    nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take, this);
    has_changed_ = false;
    for (int status = 0; status >= 0;) {
        status = nl_recvmsgs_default(socket);
        if (status == -NLE_AGAIN)
            break;
        if (status == -NLE_NOMEM) { // more has happened than was kept for us
            has_changed_ = true;
            status = 0;
        }
        if (status < 0 && status != -NLE_INTR)
            return failed(status);
    }
    return has_changed_;
}

}
