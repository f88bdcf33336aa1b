/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made once by Chromium's virtual authenticator (the first ones) and by tests/http/lib/passkey.mjs (the kinds that it does not make).
 */
#include "base/base.h"

#include "passkey_vectors.h"

/* clang-format off */
const struct passkey_vector passkey_vectors[] = {
	{ "Chromium, with user verification", "http://localhost:44525", -7, true, false, false, 1, 2,
	    "56QvdDbNWEFpvsRC3fYRLfsojugM3ezTseegSr0KjFU",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVU"
	    "ZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDQ1MjUiLCJjcm9zc09yaWdpbiI6ZmFs"
	    "c2V9",
	    "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQ"
	    "ECAwQFBgcIAQIDBAUGBwgAIOekL3Q2zVhBab7EQt32ES37KI7oDN3s07HnoEq9CoxVpQECAyYgASFYILz8h0T_tUIJ"
	    "lnrG4mUu2o5LDrZFZg6VC9f50IVFV9LeIlggQ2hwLekjLgAf9TX0NeIVWVEPLGAgkde3bcnhjcYxU-0",
	    "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiSUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWV"
	    "hHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDQ1MjUiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
	    "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
	    "MEUCIQCyMfXAAhkwdWEKcB7Bct4VI6SQI_90f3ER-Q0OCDPNmAIgWyHoLZtHrIVUu3xEfZAY7OBrvwl0_c2c4jrxIc"
	    "yy2Io" },
	{ "Chromium, without", "http://localhost:44525", -7, false, false, false, 1, 2,
	    "q3vAWFOYOCeqBD2zDR2j3Lh85Em7FKwz-ZdALhiPJms",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVU"
	    "ZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDQ1MjUiLCJjcm9zc09yaWdpbiI6ZmFs"
	    "c2UsIm90aGVyX2tleXNfY2FuX2JlX2FkZGVkX2hlcmUiOiJkbyBub3QgY29tcGFyZSBjbGllbnREYXRhSlNPTiBhZ2"
	    "FpbnN0IGEgdGVtcGxhdGUuIFNlZSBodHRwczovL2dvby5nbC95YWJQZXgifQ",
	    "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NBAAAAAQ"
	    "ECAwQFBgcIAQIDBAUGBwgAIKt7wFhTmDgnqgQ9sw0do9y4fORJuxSsM_mXQC4YjyZrpQECAyYgASFYIHeb-IZM3AjJ"
	    "_UKHNRDB2MLxZzx2Z-vcljGF6iXZ6hAAIlgg1jZYnkfs-ZNJok7xufcwJzsiGpq0V-fp0sRtHQuG9LU",
	    "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiSUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWV"
	    "hHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDQ1MjUiLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
	    "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MBAAAAAg",
	    "MEUCIHTsMd8G3m5QxpZLF3jty3fKRWlWmGWTEJJShj5wg7CMAiEAu3K8b6Fh8ka4AqIwgGn3PIi4rW7QZtNZOiEibv"
	    "LPvB0" },
	{ "ES256, says nothing of itself", "https://mail.example.com:8443", -7, true, false, false, 0, 1,
	    "ySzroeAodYJD_-DKqcl2iJ3Gqyx32PT2-JRYTvKvBDI",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVU"
	    "ZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmln"
	    "aW4iOmZhbHNlfQ",
	    "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikQGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FxFAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAAIMks66HgKHWCQ__gyqnJdoidxqssd9j09viUWE7yrwQypQECAyYgASFYIOExLsdfpiCF"
	    "PHbXBURmG2Oroao-i-G16mgsGDJveJUJIlggqrEDewhT2eOFWt28SQpWfMLJotV2KWPee-GXSp6ac_4",
	    "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiSUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWV"
	    "hHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmlnaW4i"
	    "OmZhbHNlfQ",
	    "QGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FwFAAAAAQ",
	    "MEQCIA8vgdboreqT2ZznECPR-RfvLQJF-z_eFGTYV9dMU6_rAiBt7LobQHPTeO2UyICgI6f1A85TlBNhgX5AUx0R39"
	    "fUwQ" },
	{ "ES256, signs for itself", "https://mail.example.com:8443", -7, true, false, true, 0, 1,
	    "PXKYbEQ6OOGuuB0lD-mH2zyC_wxh1dCjCTqHMGvlTsk",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVU"
	    "ZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmln"
	    "aW4iOmZhbHNlfQ",
	    "o2NmbXRmcGFja2VkZ2F0dFN0bXSiY2FsZyZjc2lnWEgwRgIhAJKuSJN7oOeJNUczNR_IM5o8ijuymT1vM0vEf4qk04"
	    "IsAiEA_RPaRBD0GIS4TohImCdWTI7W84y3aURmHK2OaGP5jBBoYXV0aERhdGFYpEBiAM_UbaQBifHN3mh5LqWjC2fW"
	    "7gWWFh_DdPkXnuRcRQAAAAAAAAAAAAAAAAAAAAAAAAAAACA9cphsRDo44a64HSUP6YfbPIL_DGHV0KMJOocwa-VOya"
	    "UBAgMmIAEhWCAFFnySNuhznUBzpVYOShpTh0CAg5DmH34oe4jx5lGajCJYIJtlt7ON2X2OAQFBuLAi6J3Iq1WATtjj"
	    "GMUf3Ukvv5Z-",
	    "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiSUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWV"
	    "hHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmlnaW4i"
	    "OmZhbHNlfQ",
	    "QGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FwFAAAAAQ",
	    "MEQCID6nRXQ-2eXCiUurkdjMN-tCcD7klafrkfm_A24UIZNJAiAdB34vOYNom3_pXS_fGQk5MItfJFAUkHpfF5GY-r"
	    "Ah6w" },
	{ "EdDSA, signs for itself", "https://mail.example.com:8443", -8, true, false, true, 0, 1,
	    "bov_OfPQAPf4Ywxm79cKD811jw_zA1M6xBFP2SckszQ",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVU"
	    "ZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmln"
	    "aW4iOmZhbHNlfQ",
	    "o2NmbXRmcGFja2VkZ2F0dFN0bXSiY2FsZydjc2lnWEBELEbGlquo9hEtvjZKA7XoOxht_W7oxo0e52i2w3mjapbUXg"
	    "Qmn832dhmWDeK1L1NPR1HLL3Y2wO2PmqkzLUMHaGF1dGhEYXRhWIFAYgDP1G2kAYnxzd5oeS6lowtn1u4FlhYfw3T5"
	    "F57kXEUAAAAAAAAAAAAAAAAAAAAAAAAAAAAgbov_OfPQAPf4Ywxm79cKD811jw_zA1M6xBFP2SckszSkAQEDJyAGIV"
	    "gg4zrpue4uzUjW2TEoC-wLTYcBYqHZUyXc8vpDHQgTQDg",
	    "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiSUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWV"
	    "hHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmlnaW4i"
	    "OmZhbHNlfQ",
	    "QGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FwFAAAAAQ",
	    "_B8BT_64TZRfrxH_HSinukPUWqTsuBd-vWPmoi2u5z_kTbMOCNyFYCc1BJ1uh6DWnJezcosgLtIE1xklLcyNBw" },
	{ "RS256, backed up, does not count", "https://mail.example.com:8443", -257, true, true, true, 0, 0,
	    "mNXBj4WQrUU2zuhtP9NIOCsRPR0trBjTFKhZpiS9YFo",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVU"
	    "ZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmln"
	    "aW4iOmZhbHNlfQ",
	    "o2NmbXRmcGFja2VkZ2F0dFN0bXSiY2FsZzkBAGNzaWdZAQAM4iUay5XmA6BNRxae6YRaoYi5rVkE5JRDtklqrSmUYi"
	    "sNtWzuZF_rMB99kx_ulbvUjwUX360Qmx9BFnVcDPdo_p8SI_wjRGHvUSb1D21F9ky5fVTLnh-NkAPu7M8V62cxgb9j"
	    "IhJqD_WKG9o-A1iBZEE9lYDElked_j03QuTyBFL8vBUR0VIodjlaoLr87XKj1IBqFAhgwKdypCOc5wCh7FfhUVpcR4"
	    "RUOKLaPsfj4NZE5bm2xFdPSj_li2xV4jmjyzBJ5YL64jc0K-AfUaDAPEWY0ithYYe4d31m9dIDhAY4-d1ySyOkL1OO"
	    "akqpndgYHgnaQ8JR36G4HEWzHzpCaGF1dGhEYXRhWQFnQGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FxdAA"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAIJjVwY-FkK1FNs7obT_TSDgrET0dLawY0xSoWaYkvWBapAEDAzkBACBZAQCf6d8U"
	    "_E2e9UArBgld9NVxD0xAJjatgOnwr4zIoDrQnefH7khg4YQ0wGf4mGLD-Ec2J-j9s22fXuQ_-WhvaB0INjbMcrffLG"
	    "fo82jwQuO2Vt6heup_8MzLS9M1E3FlJSiJ8wj-sCAM0PuAiqBF29_gVP9ILeqXfvhSGoKZOfB8_sBp6pTaAI2Q0Qat"
	    "A6aDOp5fblt83v54Bd6l6HgDwSfocPw77zqxePUal7Ilg_yULeVa5Knej39g1SDyicG0yhuo2MP_M5I_qL2K8Abm_y"
	    "VRhxI5FwGi-FGIxY5MRY2QV-UsEMgoWRBrjKJvCxeUuy_qSDI_Cz5oV6OFxsd3yYrVIUMBAAE",
	    "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiSUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWV"
	    "hHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmlnaW4i"
	    "OmZhbHNlfQ",
	    "QGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FwdAAAAAA",
	    "T3dHjqMSJky86Hgtwz7c3_uWTOkup1cMCRICBLMDd_28gO2895YzkIhbBd6FKHTFPXw_58tcwQGh-VlUuYFez0tzIb"
	    "KrJU4J07tGOmqmpY1JmCdHN4UDuLmS5LkNoHeA5LwmbEQzpzW7T1PGrcQS2i9buYA8XB5urauomvhxWLpp7Ioburoj"
	    "3jdnJX4t0DfS3Roh1zw9HogKxmq7HMIrYkZ6I393NuMmzANWDxSH0WIL07ZUvE0SVwG8CjPrIJAJvdjKyT9nyJla9y"
	    "xTS2Q5MToOeaXrRFvsMBhsZdVMj33o9Gl9RpoHuLh-g-TkFdg85B1pRRr1WWIW4uibWF7X7g" },
	{ "ES256, does not know its owner", "https://mail.example.com:8443", -7, false, false, false, 0, 1,
	    "EY6Ktj6y-cCSDgKokZdpgtJ7AT7kvWfp8xWQs3j1ehs",
	    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVU"
	    "ZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmln"
	    "aW4iOmZhbHNlfQ",
	    "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikQGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FxBAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAAAAIBGOirY-svnAkg4CqJGXaYLSewE-5L1n6fMVkLN49XobpQECAyYgASFYILsxWKWj1GP5"
	    "X10vJhMzWZp11kbIQBOHBZRUamXGRDYRIlggkGYoneXckmcJW_ywXtAS-UPFwyFkWONai-RPhgs6Usc",
	    "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
	    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiSUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWV"
	    "hHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHBzOi8vbWFpbC5leGFtcGxlLmNvbTo4NDQzIiwiY3Jvc3NPcmlnaW4i"
	    "OmZhbHNlfQ",
	    "QGIAz9RtpAGJ8c3eaHkupaMLZ9buBZYWH8N0-Ree5FwBAAAAAQ",
	    "MEUCIA66o_2K3egWZW-ndc1RzTLnnO7HwTfivBUDXpsez8WeAiEAwcuTKEkmA5ImnS-8vUM_B4oZCWvquGVtFyTisH"
	    "kRpvw" },
};
/* clang-format on */
const size_t passkey_vectors_n = ARRAY_LEN(passkey_vectors);
