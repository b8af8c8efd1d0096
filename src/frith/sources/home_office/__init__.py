"""Home Office: referrals to the National Referral Mechanism."""
