create index x_reporting_task_book on x_reporting_task (book, fiscal_year, fiscal_month);
