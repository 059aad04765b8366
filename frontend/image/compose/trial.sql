-- An upgrade of the schema is tried on a copy before; oned's account has to be allowed to make it.
GRANT ALL PRIVILEGES ON `opennebula\_trial`.* TO 'oneadmin'@'%';
