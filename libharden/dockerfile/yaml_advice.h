#pragma once

#include <string>
#include <string_view>

namespace harden {

struct YamlAdvice {
    std::string message;
    std::string remedy;
};
// What a complaint of the YAML library means to whoever wrote the file, and what to do; `letter` is
// what stands there.
YamlAdvice yaml_advice(std::string_view complaint, std::string_view letter);

}
