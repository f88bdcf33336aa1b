-- SPDX-License-Identifier: GPL-3.0-or-later
-- The history that the PHP program keeps. Its own numbers ended at 5, so one above says to it that there is nothing to bring up to date here.

INSERT INTO dbversion (version, name, applied_on)
	SELECT 6, 'ViMbAdmin in C', CURRENT_TIMESTAMP FROM (SELECT max(version) AS newest FROM dbversion) v WHERE coalesce(v.newest, 0) < 6;
