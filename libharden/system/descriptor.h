#pragma once

#include <unistd.h>
#include <utility>

namespace harden {

// A file descriptor that is closed with its owner.
class Descriptor {
public:
    explicit Descriptor(int number = -1)
        : number_{number}
    {
    }
    Descriptor(Descriptor&& other) noexcept
        : number_{std::exchange(other.number_, -1)}
    {
    }
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    void close()
    {
        if (is_open())
            ::close(std::exchange(number_, -1));
    }

private:
    int number_;
};

}
