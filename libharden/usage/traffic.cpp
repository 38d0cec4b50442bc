#include "usage/traffic.h"

namespace harden {

std::optional<Traffic> growth_between(const std::optional<Traffic>& before,
                                      const std::optional<Traffic>& after)
{
    if (!before || !after || before->links != after->links ||
        after->sent_bytes < before->sent_bytes || after->received_bytes < before->received_bytes ||
        after->sent_packets < before->sent_packets ||
        after->received_packets < before->received_packets)
        return std::nullopt;
    return Traffic{.links = after->links,
                   .sent_bytes = after->sent_bytes - before->sent_bytes,
                   .received_bytes = after->received_bytes - before->received_bytes,
                   .sent_packets = after->sent_packets - before->sent_packets,
                   .received_packets = after->received_packets - before->received_packets};
}

}
