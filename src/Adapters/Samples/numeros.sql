-- The customer's file, as far as its columns are known; the types are judgement.
create table numeros (
    id              integer primary key,
    numero          text,
    campo1_original text,
    nombre          text,
    direccion       text,
    colonia         text,
    municipio_cof   text,
    estado_cof      text,
    lada            text,
    ciudad_por_lada text,
    es_valido,       -- no type, or SQLite would turn '1' into 1 and the dirt would be gone
    fecha_migracion text
);

-- One row a municipality, so a LADA may come more than once.
create table mejores_ladas (
    ranking          integer,
    municipio        text,
    estado           text,
    icpth_2022       integer,
    lada             text,
    zona_horaria     text,
    hora_recomendada text,
    pib              real
);

-- What the customer's own migration counted, and the LADAs it knew nothing of.
create table estadisticas_migracion (
    id       integer primary key,
    concepto text,
    total    integer
);
create table ladas_faltantes (
    lada        text primary key,
    apariciones integer
);
