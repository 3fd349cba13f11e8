"""The pages of job advice: for advisers, jobseekers, the head of service, the protection officer."""
