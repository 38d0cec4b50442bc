#pragma once

#include "node/image_details.h"

namespace harden {

// An image as the Dockerfile that it may have been made by: what each layer ran and copied, then
// what a container of it runs and has. No text of the image's is an instruction that is not there,
// or hides one that is.
std::string dockerfile_of(const ImageDetails& image, std::string_view name);

}
