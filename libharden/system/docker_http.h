#pragma once

#include "node/host.h"

#include <map>

namespace harden {

struct HttpRequest {
    std::string method; // "GET"
    std::string target; // "/v1.41/info"
    std::string content_type;
    std::string_view body; // outlives the exchange
};

struct HttpReply {
    int status = 0;
    std::map<std::string, std::string, std::less<>> headers; // names in lower case
    std::string body;
};

// What to do with a body that is longer than the limit.
enum class Overflow { Refuse, Cut };

struct HttpLimits {
    std::chrono::milliseconds timeout{30'000}; // for the whole exchange
    std::size_t body = std::size_t{64} << 20U; // bytes
    Overflow overflow = Overflow::Refuse;
};

// One request to the server behind a unix socket, over a connection of its own. NotFound: nothing
// listens there; Denied: no right to the socket.
Result<HttpReply> http_over_socket(const Path& socket, const HttpRequest& request,
                                   const HttpLimits& limits = {});

}
