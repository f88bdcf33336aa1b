-- SPDX-License-Identifier: GPL-3.0-or-later

-- name: info_all
-- The preferences of one mailbox.
SELECT attribute, value FROM mailbox_pref WHERE Mailbox_id = :mailbox_id AND ix = 0 ORDER BY id LIMIT :limit;

-- name: info_drop
-- One of them goes, however many rows of the name there are.
DELETE FROM mailbox_pref WHERE Mailbox_id = :mailbox_id AND attribute = :attribute AND ix = 0;

-- name: info_add
-- And is there again.
INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) VALUES (:attribute, 0, '=', :value, 0, :mailbox_id);

-- name: info_values
-- What the mailboxes that were added last have as one preference. Their number is bounded before they are joined, so that a million of them costs no
-- more than that.
SELECT DISTINCT p.value FROM (SELECT m.id FROM mailbox m WHERE 1 = 1
    [scope: AND m.Domain_id IN (SELECT Domain_id FROM domain_admins WHERE Admin_id = :scope)]
    ORDER BY m.id DESC LIMIT 2000) x
  JOIN mailbox_pref p ON p.Mailbox_id = x.id AND p.attribute = :attribute AND p.ix = 0
  WHERE p.value <> '' ORDER BY p.value LIMIT :limit;

-- name: info_alias_all
-- The preferences of one alias.
SELECT attribute, value FROM alias_pref WHERE Alias_id = :alias_id AND ix = 0 ORDER BY id LIMIT :limit;

-- name: info_alias_drop
-- One of them goes, however many rows of the name there are.
DELETE FROM alias_pref WHERE Alias_id = :alias_id AND attribute = :attribute AND ix = 0;

-- name: info_alias_add
-- And is there again.
INSERT INTO alias_pref (attribute, ix, op, value, expire, Alias_id) VALUES (:attribute, 0, '=', :value, 0, :alias_id);

-- name: info_alias_values
-- What the aliases that were added last have as one preference, as info_values.
SELECT DISTINCT p.value FROM (SELECT a.id FROM alias a WHERE 1 = 1
    [scope: AND a.Domain_id IN (SELECT Domain_id FROM domain_admins WHERE Admin_id = :scope)]
    ORDER BY a.id DESC LIMIT 2000) x
  JOIN alias_pref p ON p.Alias_id = x.id AND p.attribute = :attribute AND p.ix = 0
  WHERE p.value <> '' ORDER BY p.value LIMIT :limit;

-- name: directory_get
-- The directory entry of one mailbox, without its photo.
SELECT personalTitle AS personal_title, givenName AS given_name, sn, displayName AS display_name, initials,
  businessCategory AS business_category, employeeType AS employee_type, title, departmentNumber AS department_number, ou,
  roomNumber AS room_number, o, carLicense AS car_license, employeeNumber AS employee_number, manager, secretary, mail,
  homePhone AS home_phone, mobile, pager, telephoneNumber AS telephone_number,
  facsimileTelephoneNumber AS facsimile_telephone_number, homePostalAddress AS home_postal_address,
  labeledURI AS labeled_uri, preferredLanguage AS preferred_language
  FROM directory_entry WHERE mailbox_id = :mailbox_id;

-- name: directory_add
-- A new entry; no photo is what PHP writes for nothing.
INSERT INTO directory_entry (mailbox_id, personalTitle, givenName, sn, displayName, initials, businessCategory, employeeType,
  title, departmentNumber, ou, roomNumber, o, carLicense, employeeNumber, manager, secretary, mail, homePhone, mobile, pager,
  telephoneNumber, facsimileTelephoneNumber, homePostalAddress, labeledURI, preferredLanguage, jpegPhoto, vimb_created, vimb_update)
  VALUES (:mailbox_id, :personal_title, :given_name, :sn, :display_name, :initials, :business_category, :employee_type,
  :title, :department_number, :ou, :room_number, :o, :car_license, :employee_number, :manager, :secretary, :mail, :home_phone, :mobile, :pager,
  :telephone_number, :facsimile_telephone_number, :home_postal_address, :labeled_uri, :preferred_language, 'N;', :changed, :changed);

-- name: directory_put
-- All of an entry but its photo.
UPDATE directory_entry SET personalTitle = :personal_title, givenName = :given_name, sn = :sn, displayName = :display_name,
  initials = :initials, businessCategory = :business_category, employeeType = :employee_type, title = :title,
  departmentNumber = :department_number, ou = :ou, roomNumber = :room_number, o = :o, carLicense = :car_license,
  employeeNumber = :employee_number, manager = :manager, secretary = :secretary, mail = :mail, homePhone = :home_phone,
  mobile = :mobile, pager = :pager, telephoneNumber = :telephone_number, facsimileTelephoneNumber = :facsimile_telephone_number,
  homePostalAddress = :home_postal_address, labeledURI = :labeled_uri, preferredLanguage = :preferred_language,
  vimb_update = :changed WHERE mailbox_id = :mailbox_id;
