#pragma once

#include "node/download.h"

#include <utility>

namespace harden {

// One message to a web server.
struct WebPost {
    HttpsUrl url;
    bool is_plain = false; // without TLS
    Path authorities;      // PEM; empty: those that the system trusts
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body; // JSON
    std::chrono::milliseconds timeout{5'000};
};

// Posts it with the server's certificate checked, and answers the status of the reply, of which
// nothing else is read. Redirections are not followed.
Result<int> https_post(const WebPost& post);

}
