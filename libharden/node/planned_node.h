#pragma once

#include "node/change.h"
#include "node/node.h"

#include <map>
#include <memory>
#include <optional>

namespace harden {

// A node on which nothing happens: reads fall through, changes are kept in memory, read back from
// there, and listed. A command that would run answers "0, no output".
class PlannedNode {
public:
    explicit PlannedNode(const Node& real);
    ~PlannedNode();

    Node& node();
    const Changes& changes() const;

private:
    struct Doors;
    std::unique_ptr<Doors> doors_;
};

}
