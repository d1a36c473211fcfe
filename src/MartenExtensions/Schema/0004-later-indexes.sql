-- Indexes that a bulk load leaves out until its tables are the live ones: each stands here until it is built.
create table bulk.later_indexes (
    name       text primary key, -- schema-qualified
    definition text not null
);
