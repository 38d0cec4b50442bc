#include "dockerfile/words.h"

#include "dockerfile/white_space.h"

#include <algorithm>

namespace harden {

std::string_view next_word(std::string_view text, std::size_t& at, char escape)
{
    at = skip_space(text, at);
    const auto begin = at;
    char quote = 0;
    while (at < text.size() && (quote != 0 || space_length(text, at) == 0)) {
        const char byte = text[at++];
        if (byte == escape && quote != '\'')
            ++at;
        else if (quote != 0)
            quote = byte == quote ? '\0' : quote;
        else if (byte == '"' || byte == '\'')
            quote = byte;
    }
    at = std::min(at, text.size());
    return text.substr(begin, at - begin);
}

}
