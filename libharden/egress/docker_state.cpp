#include "egress/docker_state.h"

#include "base/text.h"

namespace harden {

MayAskDocker may_ask_docker(const Host& host)
{
    const auto shown = host.query({"systemctl", "show", "--property=ActiveState", "--value",
                                   "docker.socket", "docker.service"});
    if (!shown || shown->status != 0)
        return MayAskDocker::Yes;
    const auto states = lines(shown->out); // a blank line between the two
    const auto socket = states.empty() ? "" : trim(states.front());
    const auto service = states.empty() ? "" : trim(states.back());
    if (socket != "active" || service == "active" || service == "reloading")
        return MayAskDocker::Yes;
    return service == "activating" ? MayAskDocker::NotYet : MayAskDocker::No;
}

}
