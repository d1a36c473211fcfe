-- The ranking under the name and columns of the customer's file and documents (docs/reference-sql.md), in the schema where their statements look.
create view read.mejores_ladas as
select ranking, municipality as municipio, state as estado, lada, icpth_2022
  from padron.mejores_ladas;
