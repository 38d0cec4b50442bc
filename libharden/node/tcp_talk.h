#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace harden {

// Somebody who connects to a server and listens to what it says.
struct TcpQuestion {
    std::string address; // IPv4 or IPv6
    std::uint16_t port = 0;
    std::string hello; // sent as soon as the connection stands
    std::chrono::milliseconds patience{};
    std::function<bool(std::string_view)> is_whole; // no more is waited for
};

// All of them at once. An answer is what the server said until it was whole, was 64 KiB, the server
// hung up or the patience was over; an Error where there was no connection.
using TcpTalk = std::function<std::vector<Result<std::string>>(const std::vector<TcpQuestion>&)>;

}
