alter table x_reporting_task add column base_mark VARCHAR(100) default '' not null;
