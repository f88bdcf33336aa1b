/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program's entry: hands argv to the command table. It opens nothing and knows nothing; everything starts in cli/.
 */
#include "base/base.h"

#include "base/rand.h"
#include "cli/cli.h"

int
main(int argc, char **argv)
{
	rand_start();
	return cli_main(argc, argv);
}
