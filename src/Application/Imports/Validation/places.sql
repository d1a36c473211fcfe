-- Contacts of the import $1 whose LADA is not the one of their number or none of the plan's, which are $2, or whose state is none of the 32.
-- Numbers that are not Mexican are the business of another check.
select s.id
  from read.contact_profiles p
  join read.contact_states s using (id)
  left join read.states st using (state_code)
 where p.import_id = $1
   and s.phone between 520000000000 and 529999999999
   and (s.lada <> substr(s.phone::text, 3, case when s.phone / 100000000 in (5233, 5255, 5256, 5281) then 2 else 3 end)
        or s.lada <> all ($2)
        or (s.state_code <> '' and st.state_code is null))
