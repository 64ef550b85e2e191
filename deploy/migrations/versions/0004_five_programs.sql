-- Service and credential of a mentor, and the kinds of work that an applicant does.
ALTER TABLE office.mentors ADD COLUMN serving_since DATE;
ALTER TABLE office.mentors ADD COLUMN serving_until DATE;
ALTER TABLE office.mentors ADD COLUMN credential_until DATE;
ALTER TABLE office.applications ADD COLUMN areas JSONB DEFAULT '[]' NOT NULL;
